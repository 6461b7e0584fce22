import HCLSpecification
import MessagePack
import PackerRPC
import Communicator
import Configuration
import Foundation
import Processes
import SocketStreams
import TestSupport
import Testing

/// Our plugin over each of the ways in which a host can reach it.
@Suite(.timeLimit(.minutes(2))) struct TransportTests {
    private func start(_ transport: String, _ more: [String: String] = [:]) async throws
        -> StartedPlugin
    {
        try await StartedPlugin(
            program: ProjectFiles.pluginSwift(),
            ["start", "datasource", "file"],
            environment: more.merging(["PACKER_SWIFT_TRANSPORT": transport]) { $1 }
        )
    }

    @Test(arguments: ["", "unix", "tcp", "stdio"], [HandshakeLine.Form.three, .four])
    func `a component answers, and ends with its host`(
        transport: String,
        form: HandshakeLine.Form
    ) async throws {
        let plugin = try await start(
            transport,
            ["PACKER_SWIFT_HANDSHAKE": form == .three ? "3" : "4"]
        )
        let isAsWanted =
            switch plugin.handshake.address {
            case .unix: transport.isEmpty || transport == "unix"
            case .tcp(let host, _): transport == "tcp" && host == "127.0.0.1"
            case .stdio: transport == "stdio"
            }
        #expect(isAsWanted)
        #expect(plugin.handshake.form == form)
        // More than a pipe holds, there and back.
        let path = String(repeating: "x", count: 200_000)
        let source = plugin.session.dataSource
        let specification = try HCLSpecification(gob: await source.specification())
        #expect(specification.impliedType != .dynamic)
        let error = await #expect(throws: ComponentFailure.self) {
            let json = try CtyValue(.map(["path": .string(path)]), as: specification.impliedType)
            try await source.configure([.binary(json.json())])
            _ = try await source.execute()
        }
        #expect(error?.message.contains("xxx") == true)
        #expect(try await plugin.end() == .exited(0))
    }

    @Test func `a port is the first free one of those that the host names`() async throws {
        let (listener, ports) = try await Self.twoPorts()
        let plugin = try await start(
            "tcp",
            [
                "PACKER_PLUGIN_MIN_PORT": "\(ports.lowerBound)",
                "PACKER_PLUGIN_MAX_PORT": "\(ports.upperBound)",
            ]
        )
        #expect(
            plugin.handshake.address == .tcp(host: "127.0.0.1", port: ports.upperBound)
        )
        #expect(try await plugin.end() == .exited(0))
        await listener.close()
    }

    /// A port that is taken, and the free one after it.
    private static func twoPorts() async throws -> (SocketListener, ClosedRange<UInt16>) {
        while true {
            let listener = try await SocketListener.listen(loopbackPorts: 0...0)
            if let port = listener.port, port < .max,
                let next = try? await SocketListener.listen(loopbackPorts: port + 1...port + 1)
            {
                await next.close()
                return (listener, port...port + 1)
            }
            await listener.close()
        }
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func `a signal while no host has come leaves no socket`(number: Int32) async throws {
        let folder = try TemporaryDirectory()
        let outcome = try await Program(
            ProjectFiles.pluginSwift(),
            environment: [
                "PACKER_PLUGIN_MAGIC_COOKIE": String(StartedPlugin.cookie.dropFirst(27)),
                "TMPDIR": folder.path,
            ]
        ).run(["start", "datasource", "file"]) { plugin in
            try await plugin.says("|unix|\(folder.path)/")
            #expect(try folder.names().count == 1)
            plugin.signal(number)
        }
        #expect(outcome.end == .signaled(number))
        #expect(try folder.names() == [])
    }

    @Test func `another word is refused with those that there are`() async throws {
        let outcome = try await Program(
            ProjectFiles.pluginSwift(),
            environment: [
                "PACKER_SWIFT_TRANSPORT": "pigeon",
                "PACKER_PLUGIN_MAGIC_COOKIE": String(StartedPlugin.cookie.dropFirst(27)),
            ]
        ).run(["start", "datasource", "file"])
        #expect(outcome.end == .exited(1))
        #expect(outcome.errors.contains("PACKER_SWIFT_TRANSPORT is \"pigeon\""))
        #expect(outcome.errors.contains("unix, tcp, stdio"))
    }

    @Test func `an input that is a file is told as such`() async throws {
        let plugin = ShellWord.quote(try ProjectFiles.pluginSwift())
        let outcome = try await Program("/bin/sh", environment: ["PACKER_SWIFT_TRANSPORT": "stdio"])
            .run([
                "-c", "\(StartedPlugin.cookie) exec \(plugin) start datasource file </etc/passwd",
            ])
        #expect(outcome.end == .exited(1))
        #expect(outcome.errors.contains("descriptor"), "\(outcome.errors)")
    }
}
