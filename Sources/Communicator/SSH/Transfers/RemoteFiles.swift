import Communicator
import SFTP

/// Requests about files on the far side, with typed results; refusals are thrown as ``SFTPError``.
struct RemoteFiles: Sendable {
    let client: SFTPClient

    /// The most names that one directory may have; a hostile server may have no end.
    private static let maximumNames = 1_000_000

    /// What is at a path, or `nil` when nothing is.
    func attributes(of path: BytePath, following: Bool) async throws -> SFTPAttributes? {
        let reply = try await client.request(
            following ? .stat(path: path.bytes) : .lstat(path: path.bytes)
        )
        switch reply {
        case .attributes(let attributes): return attributes
        case .status(let status) where status.code == .noSuchFile: return nil
        default: throw Self.refusal(reply)
        }
    }

    /// Opens a file.
    func open(
        _ path: BytePath,
        _ flags: SFTPRequest.OpenFlags,
        mode: UInt32? = nil
    ) async throws -> SFTPHandle {
        try Self.handle(
            await client.request(
                .open(
                    path: path.bytes,
                    flags: flags,
                    attributes: SFTPAttributes(permissions: mode)
                )
            )
        )
    }

    /// Where a symbolic link points to.
    func target(ofLink path: BytePath) async throws -> BytePath {
        try Self.path(await client.request(.readlink(path: path.bytes)))
    }

    /// The path made absolute, links resolved.
    func realPath(_ path: BytePath) async throws -> BytePath {
        try Self.path(await client.request(.realpath(path: path.bytes)))
    }

    /// Every name in a directory, `.` and `..` left out; each is checked as it comes.
    func names(in directory: BytePath) async throws -> [SFTPReply.Name] {
        let handle = try Self.handle(await client.request(.opendir(path: directory.bytes)))
        var names: [SFTPReply.Name] = []
        var listed = 0
        do {
            while true {
                let reply = try await client.request(.readdir(handle))
                if case .status(let status) = reply, status.code == .endOfFile { break }
                guard case .names(let found) = reply else { throw Self.refusal(reply) }
                listed += found.count
                guard !found.isEmpty, listed <= Self.maximumNames else {
                    throw SFTPError.protocolViolation("a directory has no end of names")
                }
                for name in found where name.filename != [0x2E] && name.filename != [0x2E, 0x2E] {
                    try RemoteTree.check(name.filename, in: directory)
                    names.append(name)
                }
            }
        } catch {
            await client.closeWithoutWaiting(handle)
            throw error
        }
        await client.closeWithoutWaiting(handle)
        return names
    }

    /// How many requests to keep in flight, from the round trip and the server's limits.
    func pace() async -> TransferPace {
        TransferPace(roundTrip: await client.roundTrip, limits: await client.limits)
    }

    /// Throws when a reply is a refusal.
    static func check(_ reply: SFTPReply) throws {
        guard case .status(let status) = reply, status.code == .ok else { throw refusal(reply) }
    }

    /// A reply that is not the one that was hoped for, as an error.
    static func refusal(_ reply: SFTPReply) -> SFTPError {
        // The client has matched kinds of requests and replies: all that is left is a status.
        guard case .status(let status) = reply else {
            return .protocolViolation("a reply does not fit its request")
        }
        return .status(status)
    }

    private static func handle(_ reply: SFTPReply) throws -> SFTPHandle {
        guard case .handle(let handle) = reply else { throw refusal(reply) }
        return handle
    }

    private static func path(_ reply: SFTPReply) throws -> BytePath {
        guard case .names(let names) = reply, let name = names.first else { throw refusal(reply) }
        return BytePath(bytes: name.filename)
    }
}

extension SFTPAttributes {
    /// What the mode says the path names; a server that sends no mode is taken to mean a file.
    var kind: FileStatus.Kind { permissions.map(FileStatus.kind(ofMode:)) ?? .regular }
}
