public import ByteStreams
import Dispatch
import Foundation

/// A real `sftp-server` of OpenSSH as a child process, spoken to over a socket pair.
///
/// The child ends when its stream is closed, and is killed when the test lets go of it.
public final class SFTPServerProcess: Sendable {
    /// The stream to the server.
    public let stream: any ByteStream
    private let process: Process

    /// Where OpenSSH's packages put the server on Debian, Fedora and macOS.
    public static let path =
        [
            "/usr/lib/openssh/sftp-server", "/usr/libexec/openssh/sftp-server",
            "/usr/libexec/sftp-server",
        ]
        .first { FileManager.default.isExecutableFile(atPath: $0) }
        ?? "/usr/lib/openssh/sftp-server"

    /// Starts a server; `wrapper` is a command that runs it, such as one that changes the user.
    public init(
        arguments: [String] = [],
        wrapper: [String] = [],
        directory: String? = nil
    ) throws {
        var ends: [Int32] = [-1, -1]
        #if canImport(Darwin)
            let type = SOCK_STREAM
        #else
            let type = Int32(SOCK_STREAM.rawValue)
        #endif
        guard unsafe socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            throw POSIXError(.init(rawValue: errno) ?? .EIO)
        }
        _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
        let far = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
        let command = wrapper + [Self.path] + arguments
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardInput = far
        process.standardOutput = far
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        stream = DescriptorStream(socket: ends[0])
        try process.run()
        try far.close()
    }

    deinit {
        process.terminate()
    }

    /// Kills the server at once, as a crash would.
    public func kill() {
        _ = Foundation.kill(process.processIdentifier, SIGKILL)
    }
}
