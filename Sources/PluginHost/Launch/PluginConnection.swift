internal import ByteStreams
internal import PackerRPC
internal import Processes
internal import SocketStreams

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Connects to where a plugin says that it listens, if that is a place of its own.
struct PluginConnection {
    let child: ChildProcess
    let folder: SocketFolder
    let allowsTCP: Bool

    /// A plugin that listens does so already: Packer does not try twice.
    private static let connectTime = Duration.seconds(5)

    /// Why an address is not trusted, with what to do.
    struct Untrusted: Error, CustomStringConvertible {
        let description: String
    }

    /// The connection.
    ///
    /// - Throws: ``Untrusted``; `SocketError`; `CancellationError`.
    func connect(to address: HandshakeLine.Address) async throws -> any ByteStream {
        switch address {
        case .unix(let path):
            try check(path)
            let stream = try await SocketStream.connect(
                unixSocket: path,
                timeout: Self.connectTime
            )
            do {
                try await check(stream)
            } catch {
                await stream.close()
                throw error
            }
            return stream
        case .tcp(let host, let port):
            guard allowsTCP else {
                throw Untrusted(
                    description: "it listens on a TCP port, where everybody on this machine can "
                        + "connect; have it listen on a Unix socket in TMPDIR"
                )
            }
            let name = host == "[::1]" ? "::1" : host
            return try await SocketStream.connect(
                host: name,
                port: port,
                timeout: Self.connectTime
            )
        case .stdio:
            throw Untrusted(
                description: "it would talk over its standard output, which it was not asked to"
            )
        }
    }

    /// A socket, of this user, in the plugin's own folder, which is 0700.
    private func check(_ path: String) throws {
        guard path.hasPrefix(folder.path + "/"), !path.contains("/../") else {
            throw Untrusted(
                description: "its socket \(path) is not in the folder it was given, "
                    + "\(folder.path); it must make it in TMPDIR"
            )
        }
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else {
            throw Untrusted(
                description: "there is no socket at \(path): "
                    + "\(unsafe String(cString: strerror(errno)))"
            )
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw Untrusted(description: "\(path) is no socket")
        }
        guard status.st_uid == geteuid() else {
            throw Untrusted(
                description: "the socket \(path) is user \(status.st_uid)'s, not user "
                    + "\(geteuid())'s"
            )
        }
    }

    /// Who listens is the plugin, or something that it started.
    private func check(_ stream: SocketStream) async throws {
        guard let peer = try await stream.peer() else { return }
        guard peer.user == geteuid() else {
            throw Untrusted(
                description: "user \(peer.user) listens at its socket, not user \(geteuid())"
            )
        }
        guard child.started(peer.process) else {
            throw Untrusted(
                description: "process \(peer.process) listens at its socket, which is not the "
                    + "plugin's"
            )
        }
    }
}
