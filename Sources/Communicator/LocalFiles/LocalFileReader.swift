#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A regular local file, open for reading while it is sent.
///
/// Every method may block; call them through ``FileQueue``. Reads of different places may run at
/// once. The file is closed when the last reference goes.
package final class LocalFileReader: Sendable {
    /// The path that was opened.
    package let path: BytePath
    /// Size, mode and times when it was opened.
    package let status: FileStatus
    private let descriptor: Int32

    /// Opens a file; symbolic links are followed.
    ///
    /// - Throws: ``CommunicatorError`` that names the path; `.isDirectory` for a directory,
    ///   `.localFile` for a FIFO, a socket or a device, which are never waited for.
    package init(opening path: BytePath) throws {
        self.path = path
        do {
            // Without O_NONBLOCK the opening of a FIFO waits for a writer.
            let descriptor = try POSIXFile.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
            do {
                let status = try POSIXFile.status(of: descriptor)
                try Self.checkRegular(status, path)
                self.status = status
                self.descriptor = descriptor
            } catch {
                POSIXFile.close(descriptor)
                throw error
            }
        } catch let error as SystemError {
            throw error.reading(path)
        }
    }

    deinit {
        POSIXFile.close(descriptor)
    }

    /// The bytes at `offset`, fewer than `count` only where the file ends.
    package func read(at offset: UInt64, count: Int) throws -> [UInt8] {
        do {
            return try POSIXFile.read(descriptor, at: offset, count: count)
        } catch let error as SystemError {
            throw error.reading(path)
        }
    }

    /// Where the file has data, in order; what lies between are holes that read as zeros.
    ///
    /// One extent that covers everything when the file system cannot tell.
    package func dataExtents() throws -> [Range<UInt64>] {
        var extents: [Range<UInt64>] = []
        var position: UInt64 = 0
        do {
            while position < status.size,
                let start = try POSIXFile.seek(descriptor, from: position, Self.seekData),
                start < status.size
            {
                let hole = try POSIXFile.seek(descriptor, from: start, Self.seekHole)
                let end = min(max(hole ?? status.size, start), status.size)
                guard end > start else { break }
                extents.append(start..<end)
                position = end
            }
        } catch let error as SystemError where error.number == EINVAL {
            return status.size > 0 ? [0..<status.size] : []
        } catch let error as SystemError {
            throw error.reading(path)
        }
        return extents
    }

    /// Checks after the last read that what was read is one state of the file.
    ///
    /// - Throws: ``CommunicatorError`` `.sourceChanged` when size or time of change differ from
    ///   those at the opening, or when the path now names another file.
    package func checkUnchanged() throws {
        let now: FileStatus
        let named: FileStatus?
        do {
            now = try POSIXFile.status(of: descriptor)
            named = try? POSIXFile.status(of: path)
        } catch let error as SystemError {
            throw error.reading(path)
        }
        let found: String
        if now.size != status.size {
            found = "it had \(status.size) bytes when it was opened and has \(now.size) now"
        } else if now.modified != status.modified {
            found = "it was written to while it was read"
        } else if named?.identity != status.identity {
            found = "it was replaced or removed while it was read"
        } else {
            return
        }
        throw CommunicatorError(
            .sourceChanged,
            operation: "reading the local file",
            target: "\(path)",
            detail: found
        )
    }

    private static func checkRegular(_ status: FileStatus, _ path: BytePath) throws {
        guard status.kind != .directory else { throw SystemError(EISDIR, "open") }
        guard status.kind == .regular else {
            throw CommunicatorError(
                .localFile,
                operation: "reading the local file",
                target: "\(path)",
                detail: "it is \(status.kind.name), not a regular file",
                remedy: "Name a regular file."
            )
        }
    }

    #if canImport(Darwin)
        private static let seekData: Int32 = 4
        private static let seekHole: Int32 = 3
    #else
        private static let seekData: Int32 = 3
        private static let seekHole: Int32 = 4
    #endif
}
