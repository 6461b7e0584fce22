#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a transfer does to local directories.
///
/// Every call may block.
package enum LocalDirectory {
    /// Makes a directory that only this user may enter, or accepts one that is there.
    ///
    /// - Returns: Whether it was made.
    /// - Throws: ``CommunicatorError`` that names the path; `.notDirectory` when a file is there.
    @discardableResult
    package static func make(_ path: BytePath) throws -> Bool {
        do {
            try POSIXFile.makeDirectory(path, mode: 0o700)
            return true
        } catch let error as SystemError where error.number == EEXIST {
            let isDirectory = (try? POSIXFile.status(of: path))?.kind == .directory
            guard isDirectory else { throw SystemError(ENOTDIR, "mkdir").writing(path) }
            return false
        } catch let error as SystemError {
            throw error.writing(path)
        }
    }

    /// Makes the directory and its parents with mode 0755 (less the umask) where they are missing.
    ///
    /// - Throws: ``CommunicatorError`` that names the directory.
    package static func makeWithParents(_ directory: BytePath) throws {
        var missing: [BytePath] = []
        var path = directory
        while !path.bytes.isEmpty, (try? FileStatus.of(path)) == nil {
            missing.append(path)
            guard path.parent != path else { break }
            path = path.parent
        }
        for path in missing.reversed() where try make(path) {
            try setMode(path, 0o755 & ~creationMask)
        }
    }

    /// The names in a directory, without `.` and `..`, in the order of their bytes.
    ///
    /// - Throws: ``CommunicatorError`` that names the directory.
    package static func names(in directory: BytePath) throws -> [[UInt8]] {
        do {
            return try POSIXFile.names(in: directory)
        } catch let error as SystemError {
            throw error.reading(directory)
        }
    }

    /// Gives a directory its permission bits.
    package static func setMode(_ path: BytePath, _ mode: UInt32) throws {
        do {
            try POSIXFile.setMode(path, mode)
        } catch let error as SystemError {
            throw error.writing(path)
        }
    }

    /// Where temporary files belong: `TMPDIR`, or `/tmp`.
    package static var temporary: BytePath {
        // Nothing in this package changes the environment after the start.
        let named = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? ""
        return BytePath(named.isEmpty ? "/tmp" : named)
    }

    /// Removes a file of ours; one that is gone already is no failure.
    package static func removeFile(_ path: BytePath) {
        try? POSIXFile.remove(path)
    }

    /// The process's file mode creation mask, as it was when it was first asked for.
    package static let creationMask: UInt32 = {
        // The mask can only be read by setting it; for that moment the strictest one holds.
        let mask = umask(0o077)
        _ = umask(mask)
        return UInt32(mask)
    }()
}
