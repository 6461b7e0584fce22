import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A local file that appears at its path only when it is whole.
///
/// The bytes go into a sibling that nobody else may open (0600, a name of 128 random bits), which
/// is renamed over the destination by ``commit(size:mode:)``. ``discard()`` removes it, and so does
/// letting go of the last reference. A final symbolic link is followed: its target is replaced.
///
/// A FIFO or a device is written in place, and so is an existing file whose directory cannot be
/// written; see ``isInPlace``.
///
/// Every method may block; call them through ``FileQueue``. Only ``discard()`` may run at the same
/// time as another call, and ends a write to a FIFO that nobody reads.
package final class AtomicLocalFile: Sendable {
    /// The file that is replaced, links resolved.
    package let destination: BytePath
    /// Whether the destination itself is written to, so that a failure leaves it half done.
    package let isInPlace: Bool
    /// Whether bytes must be written in order, each once: a FIFO, a device, a file of `/proc`.
    package let isSequential: Bool

    private let temporary: BytePath?
    private let previous: FileStatus?
    private let descriptor: Int32
    private let isFinished = Atomic(false)

    /// Opens the file that will replace what `path` names.
    ///
    /// - Throws: ``CommunicatorError`` that names the path: `.isDirectory`, `.noSuchFile` for a
    ///   missing parent, `.permissionDenied`, `.noSpace`.
    package init(replacing path: BytePath) throws {
        do {
            let destination = try Self.followingLinks(path)
            let previous = try Self.existing(destination)
            let opened = try Self.open(destination, previous)
            self.destination = destination
            self.previous = previous
            self.temporary = opened.temporary
            self.descriptor = opened.descriptor
            self.isInPlace = opened.temporary == nil
            let isSpecial = previous.map { $0.kind != .regular } ?? false
            self.isSequential = isSpecial || !POSIXFile.takesOffsets(opened.descriptor)
        } catch let error as SystemError {
            throw error.writing(path)
        }
    }

    deinit {
        discard()
        POSIXFile.close(descriptor)
    }

    /// Writes bytes at `offset`; gaps read as zeros.
    ///
    /// A sequential file takes only bytes that follow the last ones.
    package func write(_ bytes: [UInt8], at offset: UInt64) throws {
        try writing {
            if isSequential {
                try writeInOrder(bytes)
            } else {
                try POSIXFile.write(bytes, to: descriptor, at: offset)
            }
        }
    }

    /// Writes bytes at `offset`, or leaves a hole where all of them are zero.
    ///
    /// Good for fresh ranges only: what was there before is not cleared.
    package func writeLeavingHole(_ bytes: [UInt8], at offset: UInt64) throws {
        if !isSequential && POSIXFile.isZero(bytes) { return }
        try write(bytes, at: offset)
    }

    /// Makes the file visible with this size and mode, on stable storage when `durable`.
    ///
    /// The owner of a replaced file is kept where the system allows it.
    package func commit(size: UInt64, mode: UInt32, durable: Bool = true) throws {
        try writing {
            if !isSequential { try finish(size: size, mode: mode, durable: durable) }
            if let temporary { try POSIXFile.rename(temporary, to: destination) }
        }
        // What is open for writing cannot be executed, and who owns this may keep it for a while.
        POSIXFile.release(descriptor)
        isFinished.store(true, ordering: .releasing)
    }

    /// Removes what was written beside the destination; does nothing after ``commit(size:mode:)``.
    package func discard() {
        guard !isFinished.exchange(true, ordering: .acquiringAndReleasing) else { return }
        if let temporary { try? POSIXFile.remove(temporary) }
    }

    private func finish(size: UInt64, mode: UInt32, durable: Bool) throws {
        do {
            let written = try POSIXFile.status(of: descriptor).size
            if written != size { try POSIXFile.truncate(descriptor, to: size) }
        } catch let error as SystemError where isInPlace && [EPERM, EINVAL].contains(error.number) {
            // A file of the kernel's own has no size of its own.
        }
        try setAttributes(mode)
        guard durable else { return }
        do {
            try POSIXFile.synchronize(descriptor)
        } catch let error as SystemError where isInPlace && error.number == EINVAL {
            // Not every file that can be written can be forced to storage.
        }
    }

    private func setAttributes(_ mode: UInt32) throws {
        if let previous, temporary != nil, let own = try? POSIXFile.status(of: descriptor),
            own.user != previous.user || own.group != previous.group
        {
            try? POSIXFile.setOwner(descriptor, user: previous.user, group: previous.group)
        }
        do {
            try POSIXFile.setMode(descriptor, mode)
        } catch let error as SystemError where isInPlace && error.number == EPERM {
            // Another user's file that we may write keeps the mode that its owner gave it.
        }
    }

    private func writeInOrder(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard !isFinished.load(ordering: .acquiring) else { throw SystemError(EINTR, "write") }
            let count = try POSIXFile.writeSome(rest, to: descriptor)
            rest = rest.dropFirst(count)
            if count == 0 { POSIXFile.waitUntilWritable(descriptor, milliseconds: 100) }
        }
    }

    private func writing(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as SystemError {
            throw error.writing(destination)
        }
    }
}

extension AtomicLocalFile {
    private static func followingLinks(_ path: BytePath) throws -> BytePath {
        var path = path
        for _ in 0..<40 {
            guard let status = try existingLink(path), status.kind == .symbolicLink else {
                return path
            }
            path = try POSIXFile.readLink(path).resolved(from: path.parent)
        }
        throw SystemError(ELOOP, "readlink")
    }

    private static func existingLink(_ path: BytePath) throws -> FileStatus? {
        do {
            return try POSIXFile.status(of: path, following: false)
        } catch let error as SystemError where error.number == ENOENT {
            return nil
        }
    }

    private static func existing(_ path: BytePath) throws -> FileStatus? {
        guard let status = try existingLink(path) else {
            guard !path.hasTrailingSlash, !path.bytes.isEmpty else {
                throw SystemError(ENOENT, "open")
            }
            return nil
        }
        guard status.kind != .directory else { throw SystemError(EISDIR, "open") }
        return status
    }

    private static func open(
        _ path: BytePath,
        _ previous: FileStatus?
    ) throws -> (descriptor: Int32, temporary: BytePath?) {
        if let previous, previous.kind != .regular {
            return (try POSIXFile.open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY), nil)
        }
        let temporary = path.temporarySibling()
        do {
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
            return (try POSIXFile.open(temporary, flags, mode: 0o600), temporary)
        } catch let error as SystemError
            where previous != nil && (error.number == EACCES || error.number == ENOENT)
        {
            // The kernel's own file systems say that a new name does not exist.
            return (try POSIXFile.open(path, O_WRONLY | O_TRUNC | O_NOFOLLOW), nil)
        }
    }
}
