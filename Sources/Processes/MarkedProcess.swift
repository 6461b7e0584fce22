#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A process that is known by an entry of its environment.
enum MarkedProcess {
    /// How much of an environment is looked at; the kernel's own limit for one entry is 128 KiB.
    private static let maximumSize = 1 << 20

    /// Whether a process was started with the entry.
    ///
    /// One of another user, or that has ended, was not as far as can be seen; nor was any on macOS.
    ///
    /// - Throws: ``ProcessTable/Unreadable`` where no descriptor can be had.
    static func has(_ mark: [UInt8], _ process: Int32) throws -> Bool {
        let file = unsafe open("/proc/\(process)/environ", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            let number = errno
            guard ![EMFILE, ENFILE, ENOMEM].contains(number) else {
                throw ProcessTable.Unreadable(number: number)
            }
            return false
        }
        defer { _ = close(file) }
        return contents(of: file).split(separator: 0).contains { $0.elementsEqual(mark) }
    }

    private static func contents(of file: Int32) -> [UInt8] {
        var contents: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while contents.count < maximumSize {
            let count = unsafe read(file, &piece, piece.count)
            guard count > 0 else { break }
            contents += piece.prefix(count)
        }
        return contents
    }
}
