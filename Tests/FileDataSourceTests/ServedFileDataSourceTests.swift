import Configuration
import FileDataSource
import Foundation
import HCLSpecification
import MessagePack
import PackerRPC
import Processes
import SocketStreams
import TestSupport
import Testing

/// The data source in the plugin's own process, as a Packer with data sources calls it.
@Suite(.timeLimit(.minutes(2)))
struct ServedFileDataSourceTests {
    private static let cookie = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"

    /// Starts the plugin, has it configured with the options of an HCL2 template, and asks for
    /// its values.
    private func values(
        _ options: ConfigurationValue,
        protobuf: Bool
    ) async throws -> ConfigurationValue {
        var arguments = ["start", "datasource", "file"]
        if protobuf { arguments.insert("--protobuf", at: 2) }
        let plugin = Program(
            try ProjectFiles.pluginSwift(),
            arguments,
            environment: ["PACKER_PLUGIN_MAGIC_COOKIE": Self.cookie]
        )
        let (answers, sender) = AsyncThrowingStream.makeStream(of: ConfigurationValue.self)
        let outcome = try await plugin.run { running in
            try await running.says("\n")
            let line = Array(running.output.utf8.prefix { $0 != 0x0A })
            guard case .unix(let path) = try HandshakeLine(decoding: line).address else {
                throw Program.Failure(description: "the plugin listens on no Unix socket")
            }
            let socket = try await SocketStream.connect(unixSocket: path, timeout: .seconds(10))
            let session = try await HostSession(over: socket)
            do {
                sender.yield(try await Self.ask(session, options, protobuf: protobuf))
                sender.finish()
            } catch {
                sender.finish(throwing: error)
            }
            await session.close()
        }
        #expect(outcome.end == .exited(0), "\(outcome.errors)")
        for try await answer in answers { return answer }
        throw Program.Failure(description: "no answer: \(outcome.errors)")
    }

    private static func ask(
        _ session: HostSession,
        _ options: ConfigurationValue,
        protobuf: Bool
    ) async throws -> ConfigurationValue {
        let source = session.dataSource
        let (inner, outer) = (
            try await source.specification(), try await source.outputSpecification()
        )
        let specifications = try [inner, outer].map { bytes in
            try protobuf ? HCLSpecification(protobuf: bytes) : HCLSpecification(gob: bytes)
        }
        let json = try CtyValue(options, as: specifications[0].impliedType).json()
        try await source.configure([.binary(json)])
        let bytes = try await source.execute()
        let value = try protobuf ? CtyValue(messagePack: bytes) : CtyValue(gob: bytes)
        #expect(value.type == specifications[1].impliedType)
        return value.configuration
    }

    @Test(arguments: [false, true])
    func `its values cross to a host in either form`(protobuf: Bool) async throws {
        let here = try TemporaryDirectory()
        let path = try here.write(Array("grüße\n".utf8), to: "f")
        let sum = try await Program("sha256sum").succeed([path]).prefix(64)
        #expect(
            try await values(.map(["path": .string(path)]), protobuf: protobuf)
                == .map([
                    "content": .string("grüße\n"), "size": .integer(8), "sha256": .string("\(sum)"),
                ])
        )
    }

    @Test(arguments: [false, true])
    func `why there are none crosses too`(protobuf: Bool) async throws {
        let error = await #expect(throws: ComponentFailure.self) {
            try await values(.map(["path": .string("/nowhere/f")]), protobuf: protobuf)
        }
        #expect(error?.message.contains("/nowhere/f") == true)
    }
}
