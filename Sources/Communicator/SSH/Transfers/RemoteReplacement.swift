import Communicator
import SFTP

/// A file on the far side that is open to be written, beside its destination or in place.
struct RemoteReplacement: Sendable {
    /// Where the bytes go in the end, links resolved.
    let destination: BytePath
    /// What is at the destination now.
    let previous: SFTPAttributes?
    /// The sibling that is written to; `nil` when the destination itself is.
    let temporary: BytePath?
    /// What the server calls the open file.
    let handle: SFTPHandle

    /// Whether the destination is a FIFO, a socket or a device: no size, mode or holes.
    var isSpecial: Bool { previous.map { $0.kind != .regular } ?? false }

    /// Whether bytes must arrive in order, one request at a time.
    var isSequential: Bool { previous?.kind == .fifo }
}

extension RemoteFiles {
    /// Follows final symbolic links to the file that is to be replaced.
    ///
    /// A dangling link leads to the file that it names.
    func destination(
        of path: BytePath
    ) async throws -> (path: BytePath, previous: SFTPAttributes?) {
        var path = path
        for _ in 0..<40 {
            let found = try await attributes(of: path, following: false)
            guard let found else {
                guard !path.hasTrailingSlash, !path.bytes.isEmpty else {
                    throw SFTPError.status(SFTPStatus(.noSuchFile, message: "No such directory"))
                }
                return (path, nil)
            }
            guard found.kind == .symbolicLink else { return (path, found) }
            path = try await target(ofLink: path).resolved(from: path.parent)
        }
        throw SFTPError.status(SFTPStatus(.failure, message: "Too many levels of symbolic links"))
    }

    /// Opens the file that is written to; in place where there is no other way.
    func replace(
        _ destination: BytePath,
        _ previous: SFTPAttributes?,
        by temporary: BytePath
    ) async throws -> RemoteReplacement {
        func file(_ temporary: BytePath?, _ handle: SFTPHandle) -> RemoteReplacement {
            RemoteReplacement(
                destination: destination,
                previous: previous,
                temporary: temporary,
                handle: handle
            )
        }
        switch previous?.kind {
        case .regular, nil:
            do {
                let flags: SFTPRequest.OpenFlags = [.write, .create, .exclusive]
                return file(temporary, try await open(temporary, flags, mode: 0o600))
            } catch let error as SFTPError
                where previous != nil && Self.refusesNames(error)
            {
                return file(nil, try await open(destination, [.write, .truncate]))
            }
        case .fifo:
            // OpenSSH's server seeks before each write except in files opened for appending.
            return file(nil, try await open(destination, [.write, .append]))
        default:
            return file(nil, try await open(destination, .write))
        }
    }

    /// Whether a directory takes no new names; the kernel's own say that they do not exist.
    private static func refusesNames(_ error: SFTPError) -> Bool {
        [.permissionDenied, .noSuchFile].contains(error.status?.code)
    }

    /// Gives the whole file its name.
    ///
    /// - Returns: What is wrong when the old file is gone and the new one did not get its name.
    func rename(
        _ temporary: BytePath,
        to destination: BytePath,
        replacing: Bool
    ) async throws -> SFTPError? {
        let (old, new) = (temporary.bytes, destination.bytes)
        if client.extensions.contains(.posixRename) {
            try Self.check(await client.request(.posixRename(from: old, to: new)))
            return nil
        }
        let removal = replacing ? [SFTPRequest.remove(path: new)] : []
        let replies = try await client.request(batch: removal + [.rename(from: old, to: new)])
        guard let renamed = replies.last, let removed = replies.first else { return nil }
        if replacing, (try? Self.check(removed)) != nil, (try? Self.check(renamed)) == nil {
            return Self.refusal(renamed)
        }
        try Self.check(renamed)
        return nil
    }

    /// Finds out what a server's few words mean for a file that could not be written.
    ///
    /// OpenSSH's server says "No such file" for a file on the way to it too, and "Failure" for a
    /// full or read-only file system.
    func explain(
        _ error: SFTPError,
        _ operation: String,
        _ path: BytePath
    ) async -> CommunicatorError {
        var found = error.communicatorError(operation, path)
        guard let code = error.status?.code, [.failure, .noSuchFile].contains(code) else {
            return found
        }
        let parent = path.parent.bytes.isEmpty ? BytePath(".") : path.parent
        let kind = try? await attributes(of: parent, following: true)?.kind
        if let kind, kind != .directory {
            found.code = .notDirectory
            found.detail += "; \(parent) is \(kind.name)"
        } else if code == .noSuchFile {
            if kind == nil { found.detail += "; \(parent) is not there" }
        } else if client.extensions.contains(.statvfs),
            case .extended(let bytes) = try? await client.request(.statvfs(path: parent.bytes)),
            let fileSystem = try? SFTPFileSystemStatus(reply: bytes)
        {
            if fileSystem.isReadOnly {
                found.code = .permissionDenied
                found.detail += "; its file system is read-only"
            } else if fileSystem.availableBytes < 65_536 {
                found.code = .noSpace
                found.detail +=
                    "; its file system has \(fileSystem.availableBytes) bytes left"
            } else if fileSystem.files > 0 && fileSystem.availableFiles == 0 {
                found.code = .noSpace
                found.detail += "; its file system has no room for another file"
            }
        }
        return found
    }
}
