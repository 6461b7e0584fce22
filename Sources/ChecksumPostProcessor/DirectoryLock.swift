internal import Communicator
internal import Deadlines

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One process's turn to change the checksum files of a directory; ends when it is let go of.
///
/// A lock on the directory itself leaves nothing behind. Builds that run side by side may add to one
/// file, each in a plugin process of its own.
struct DirectoryLock: ~Copyable {
    /// How long others may take: each of them only reads and writes some lines.
    static let patience = Duration.seconds(60)

    /// Negative where the file system knows no locks on directories, as NFS: then it is as in Packer.
    private let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Waits for a turn; the kernel tells nobody when a lock becomes free, so it is asked for again.
    ///
    /// - Throws: ``ChecksumError`` `.outputBusy`; `CancellationError`.
    static func take(_ directory: BytePath) async throws -> DirectoryLock {
        let name = directory.bytes.isEmpty ? "." : String(decoding: directory.bytes, as: UTF8.self)
        let descriptor = unsafe open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        let lock = DirectoryLock(descriptor: descriptor)
        guard descriptor >= 0 else { return lock }
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: patience)
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { break }
            guard clock.now < end else {
                throw ChecksumError(
                    .outputBusy,
                    "writing checksums to \(directory) failed: another process has locked it for "
                        + "\(patience.components.seconds) s"
                )
            }
            try await AwakeTime.sleep(for: .milliseconds(20))
        }
        return lock
    }
}
