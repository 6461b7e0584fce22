internal import Processes
internal import SocketStreams

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The socket on which a plugin waits for its host.
enum PluginSocket {
    /// How long a socket's path may be, with the zero at its end, everywhere.
    private static let maximumPath = 103

    /// A path that nobody can guess, in `TMPDIR` where that is short enough.
    static func path() -> String {
        let name =
            "packer-plugin" + String(UInt64.random(in: 0 ... .max), radix: 36)
            + String(UInt64.random(in: 0 ... .max), radix: 36)
        let folder = ProcessEnvironment.variables["TMPDIR"] ?? ""
        let wanted = (folder.hasPrefix("/") ? folder : "/tmp") + "/\(name)"
        return wanted.utf8.count <= maximumPath ? wanted : "/tmp/\(name)"
    }

    /// Listens for this user alone.
    static func listen(at path: String) async throws -> SocketListener {
        // From the first moment on, not only once its mode is set.
        let mask = umask(0o077)
        defer { _ = umask(mask) }
        return try await SocketListener.listen(unixSocket: path)
    }
}
