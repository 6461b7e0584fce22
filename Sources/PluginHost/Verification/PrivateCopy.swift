internal import Communicator
internal import Processes

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A copy of a program under its own name, in a folder of this process's own.
///
/// For what cannot be executed as an open file: what begins with `#!`, of which an interpreter is given the
/// name, and every program on systems without `execveat`.
final class PrivateCopy: Sendable {
    /// Where the copy is.
    let path: String
    private let folder: String
    private let file: Descriptor
    private let finished = LockedValue<FileStatus?>(nil)

    /// Whether a program that begins so must be copied.
    static func isNeeded(for beginning: [UInt8]) -> Bool {
        #if os(Linux)
            return beginning.starts(with: [0x23, 0x21])
        #else
            return true
        #endif
    }

    private struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ path: String) {
            description = "\(path) cannot be written: \(unsafe String(cString: strerror(errno)))"
        }
    }

    /// Begins a copy.
    ///
    /// - Parameters:
    ///   - original: The path of what is copied.
    ///   - place: A folder that is nobody else's.
    /// - Throws: Why it cannot be written, with its path.
    init(of original: String, in place: String) throws {
        folder = place + "/" + String(UInt64.random(in: 0 ... .max), radix: 36)
        let name = original.split(separator: "/").last.map(String.init) ?? "plugin"
        path = "\(folder)/\(name)"
        guard unsafe mkdir(folder, 0o700) == 0 else { throw Failure(folder) }
        let number = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o500)
        guard number >= 0 else {
            let failure = Failure(path)
            unsafe rmdir(folder)
            throw failure
        }
        file = Descriptor(owning: number)
    }

    func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = file.withNumber { number in
                unsafe rest.withUnsafeBytes { bytes in
                    unsafe systemWrite(number, bytes.baseAddress, bytes.count)
                }
            }
            if let count, count < 0, errno == EINTR { continue }
            guard let count, count > 0 else { throw Failure(path) }
            rest = rest.dropFirst(count)
        }
    }

    /// Closes the file, which can be run then.
    ///
    /// - Throws: Why it cannot be looked at.
    func finish() throws {
        file.close()
        let status = try FileStatus.of(BytePath(path), following: false)
        finished.withLock { $0 = status }
    }

    /// Whether what is there now is the file that was finished, as it was.
    var isUnchanged: Bool {
        let status = finished.withLock { $0 }
        return status != nil && status == (try? FileStatus.of(BytePath(path), following: false))
    }

    /// Removes the copy; a program that runs goes on.
    func remove() {
        file.close()
        unsafe unlink(path)
        unsafe rmdir(folder)
    }
}

private func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    unsafe write(file, bytes, count)
}
