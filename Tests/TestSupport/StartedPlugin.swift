import ByteStreams
import Foundation
package import PackerRPC
package import Processes
import SocketStreams

/// A plugin in a process of its own, with the half of the wire that its host has: one of ours, or of Debian
/// packer's own components.
package final class StartedPlugin: Sendable {
    /// Calls its component.
    package let session: HostSession
    /// What it said first.
    package let handshake: HandshakeLine
    private let process: ChildProcess

    /// A program that is no plugin, or not there.
    package struct Missing: Error, CustomStringConvertible {
        /// What was found.
        package let description: String
    }

    /// Packer's magic cookie.
    package static let cookie =
        "PACKER_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"

    /// Starts a component and begins to talk with it.
    package convenience init(_ name: String) async throws {
        try await self.init(program: "/usr/bin/packer", ["plugin", name])
    }

    /// Starts a program as a plugin, which may be one of ours, and begins to talk with it over what it
    /// offers.
    package init(
        program: String,
        _ arguments: [String],
        environment more: [String: String] = [:]
    ) async throws {
        let name = "\(program) \(arguments.joined(separator: " "))"
        var specification = ProcessSpecification(program, arguments)
        let environment = ProcessInfo.processInfo.environment.merging(more) { $1 }.map {
            Array("\($0.key)=\($0.value)".utf8)
        }
        specification.standardInput = .pipe
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
        let handshake = try HandshakeLine(decoding: line)
        self.handshake = handshake
        let stream: any ByteStream
        switch handshake.address {
        case .unix(let path):
            stream = try await SocketStream.connect(unixSocket: path, timeout: .seconds(10))
        case .tcp(let host, let port):
            stream = try await SocketStream.connect(host: host, port: port, timeout: .seconds(10))
        case .stdio:
            stream = PluginPipes(process)
        }
        session = try await HostSession(over: stream)
    }

    /// Sends a signal to the plugin's process group, as Ctrl-C does.
    package func signal(_ number: Int32) { process.signalGroup(number) }

    /// Ends the conversation and waits for the plugin.
    package func end() async throws -> ChildProcess.End {
        await session.close()
        return try await process.wait()
    }
}

/// A plugin's own input and output as a stream.
private struct PluginPipes: ByteStream {
    private let process: ChildProcess

    init(_ process: ChildProcess) { self.process = process }

    func read(upTo count: Int) async throws -> [UInt8]? {
        try await process.standardOutput?.read(upTo: count)
    }

    func write(_ bytes: [UInt8]) async throws { try await process.standardInput?.write(bytes) }

    func finishWriting() async throws { process.standardInput?.close() }

    func close() async {
        process.standardInput?.close()
        process.standardOutput?.close()
    }
}
