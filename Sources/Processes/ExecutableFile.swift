import CProcesses

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A program's file that is open: what was read of it is what is executed, whatever happens to its path.
///
/// Where the system allows it, nobody can open the file to write for as long as this is open (a lease,
/// `F_SETLEASE` of fcntl(2)): for its owner on Linux. Elsewhere ``isUnchanged`` tells by its times.
///
/// **Concurrency.** Reading blocks: it belongs off the threads of the tasks.
package final class ExecutableFile: Sendable {
    /// What the system says of a file.
    package struct Status: Sendable, Hashable {
        /// Its kind and its mode, as in `st_mode`.
        package var mode: UInt32
        /// Its owner.
        package var user: UInt32
        /// Its size in bytes.
        package var size: Int64
        /// When its content and its mode were changed last, in nanoseconds.
        package var changes: [Int64]
    }

    /// Why a file cannot be used.
    package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// What was found.
        package let description: String
        /// The system's number of the error, or 0.
        package let number: Int32

        init(_ doing: String, number: Int32) {
            description = "\(doing): \(unsafe String(cString: strerror(number)))"
            self.number = number
        }

        init(_ description: String) {
            self.description = description
            number = 0
        }
    }

    /// What the file was when it was opened.
    package let status: Status
    private let descriptor: Descriptor
    private let hasLease: Bool

    /// Opens a file; not a symbolic link, and without waiting for a FIFO's other side.
    ///
    /// - Throws: ``Failure``, also where somebody has it open to write.
    package init(opening path: [UInt8]) throws(Failure) {
        let flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
        let number = unsafe (path + [0]).withUnsafeBufferPointer { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { text in
                unsafe text.baseAddress.map { unsafe open($0, flags) } ?? -1
            }
        }
        guard number >= 0 else {
            throw errno == ELOOP
                ? Failure("it is a symbolic link") : Failure("it cannot be opened", number: errno)
        }
        descriptor = Descriptor(owning: number)
        let lease = cprocesses_lease(number)
        guard lease != -EAGAIN else {
            throw Failure("somebody has it open to write; wait until that has ended")
        }
        hasLease = lease == 0
        // Behind the lease: nothing changes any more.
        status = try Self.status(number)
    }

    private static func status(_ number: Int32) throws(Failure) -> Status {
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else {
            throw Failure("it cannot be looked at", number: errno)
        }
        #if canImport(Darwin)
            let times = [status.st_mtimespec, status.st_ctimespec]
        #else
            let times = [status.st_mtim, status.st_ctim]
        #endif
        return Status(
            mode: UInt32(status.st_mode),
            user: status.st_uid,
            size: Int64(status.st_size),
            changes: times.map { Int64($0.tv_sec) * 1_000_000_000 + Int64($0.tv_nsec) }
        )
    }

    /// Whether nobody has changed it, nor is about to, since it was opened.
    package var isUnchanged: Bool {
        descriptor.withNumber { number in
            // A rename changes a time too, and nothing of what runs.
            hasLease
                ? cprocesses_has_lease(number) == 1 : (try? Self.status(number)) == status
        } ?? false
    }

    /// Up to so many bytes at a place; none at the end.
    ///
    /// - Throws: ``Failure``.
    package func read(at offset: Int64, count: Int) throws -> [UInt8] {
        let bytes = try descriptor.withNumber { number in
            var outcome = 0
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
                repeat {
                    outcome = unsafe pread(number, buffer.baseAddress, count, off_t(offset))
                } while outcome < 0 && errno == EINTR
                used = max(outcome, 0)
            }
            guard outcome >= 0 else { throw Failure("it cannot be read", number: errno) }
            return bytes
        }
        guard let bytes else { throw Failure("it is closed") }
        return bytes
    }

    /// Closes it; a program that runs goes on.
    package func close() { descriptor.close() }

    /// Another descriptor of the file, for an execution: whoever closes this file meanwhile, its number is
    /// nobody else's.
    func duplicate() throws -> Descriptor {
        let number = descriptor.withNumber { fcntl($0, F_DUPFD_CLOEXEC, 3) }
        guard let number else { throw Failure("it is closed") }
        guard number >= 0 else { throw Failure("it cannot be executed", number: errno) }
        return Descriptor(owning: number)
    }
}
