import ByteStreams
import Foundation
import PackerRPC
import Processes
import SocketStreams

/// One of Debian packer's own components, `packer plugin packer-KIND-NAME`, in a process of its own.
final class GoPlugin: Sendable {
    /// Calls its component.
    let session: HostSession
    private let process: ChildProcess

    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    /// Packer's magic cookie.
    static let cookie =
        "PACKER_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"

    /// Starts a component and begins to talk with it.
    convenience init(_ name: String) async throws {
        try await self.init(program: "/usr/bin/packer", ["plugin", name])
    }

    /// Starts a program as a plugin, which may be one of ours, and begins to talk with it.
    init(program: String, _ arguments: [String]) async throws {
        let name = "\(program) \(arguments.joined(separator: " "))"
        var specification = ProcessSpecification(program, arguments)
        let environment = ProcessInfo.processInfo.environment.map {
            Array("\($0.key)=\($0.value)".utf8)
        }
        specification.environment = environment + [Array(Self.cookie.utf8)]
        specification.standardError = .null
        process = try await .spawn(specification)
        guard let output = process.standardOutput else { throw Missing(description: "no pipe") }
        var line: [UInt8] = []
        while !line.contains(0x0A) {
            guard let bytes = try await output.read() else {
                throw Missing(description: "\(name) says nothing; is it there?")
            }
            line += bytes
        }
        guard case .unix(let path) = try HandshakeLine(decoding: line).address else {
            throw Missing(description: "\(name) has no socket")
        }
        let socket = try await SocketStream.connect(unixSocket: path, timeout: .seconds(10))
        session = try await HostSession(over: socket)
    }

    /// Sends a signal to the plugin's process group, as Ctrl-C does.
    func signal(_ number: Int32) { process.signalGroup(number) }

    /// Ends the conversation and waits for the plugin.
    func end() async throws -> ChildProcess.End {
        await session.close()
        return try await process.wait()
    }
}
