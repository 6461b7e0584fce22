import CProcesses

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A process that is known by an entry of its environment.
enum MarkedProcess {
    /// How much of an environment is looked at: more than the kernel takes (6 MiB, execve(2)).
    private static let maximumSize = 8 << 20

    /// Whether a process was started with the entry.
    ///
    /// One of another user was not as far as can be seen; nor was any on macOS.
    ///
    /// - Returns: `nil` for one that has ended.
    /// - Throws: ``ProcessTable/Unreadable`` where no descriptor can be had.
    static func has(_ mark: [UInt8], _ process: Int32) throws -> Bool? {
        if let environment = try environment("/proc/\(process)/environ") {
            return contains(environment, mark)
        }
        // Its first thread has ended, which the others need not have.
        let isInThread = try threads(of: process).contains { thread in
            let path = "/proc/\(process)/task/\(thread)/environ"
            return try environment(path).map { contains($0, mark) } ?? false
        }
        return try isInThread || isRunning(process) ? isInThread : nil
    }

    private static func isRunning(_ process: Int32) throws -> Bool {
        var entry = cprocesses_entry()
        let found = unsafe cprocesses_look(process, &entry)
        guard found >= 0 else { throw ProcessTable.Unreadable(number: -found) }
        return found > 0 && entry.is_zombie == 0
    }

    private static func contains(_ environment: [UInt8], _ mark: [UInt8]) -> Bool {
        environment.split(separator: 0).contains { $0.elementsEqual(mark) }
    }

    /// An environment, or `nil` where there is none any more; empty where it may not be read.
    private static func environment(_ path: String) throws -> [UInt8]? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            let number = errno
            try checkDescriptors(number)
            return number == EACCES || number == EPERM ? [] : nil
        }
        defer { _ = close(file) }
        var contents: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while contents.count < maximumSize {
            let count = unsafe read(file, &piece, piece.count)
            guard count >= 0 else { return nil }
            guard count > 0 else { break }
            contents += piece.prefix(count)
        }
        // Older kernels show an empty one where newer ones say that there is none.
        return contents.isEmpty ? nil : contents
    }

    private static func threads(of process: Int32) throws -> [Int32] {
        guard let folder = unsafe opendir("/proc/\(process)/task") else {
            try checkDescriptors(errno)
            return []
        }
        defer { unsafe closedir(folder) }
        var threads: [Int32] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let thread = Int32(name), thread != process { threads.append(thread) }
        }
        return threads
    }

    private static func checkDescriptors(_ number: Int32) throws {
        guard ![EMFILE, ENFILE, ENOMEM].contains(number) else {
            throw ProcessTable.Unreadable(number: number)
        }
    }
}
