import Configuration
import FileDataSource
import Foundation
import HCLSpecification
import MessagePack
import PackerRPC
import Processes
import TestSupport
import Testing

/// The data source in the plugin's own process, as a Packer with data sources calls it.
@Suite(.timeLimit(.minutes(2)))
struct ServedFileDataSourceTests {
    /// Starts the plugin, has it configured with the options of an HCL2 template, and asks for
    /// its values.
    private func values(
        _ options: ConfigurationValue,
        protobuf: Bool
    ) async throws -> ConfigurationValue {
        var arguments = ["start", "datasource", "file"]
        if protobuf { arguments.insert("--protobuf", at: 2) }
        let plugin = try await StartedPlugin(program: try ProjectFiles.pluginSwift(), arguments)
        let values: Result<ConfigurationValue, any Error>
        do {
            values = .success(try await Self.ask(plugin.session, options, protobuf: protobuf))
        } catch {
            values = .failure(error)
        }
        #expect(try await plugin.end() == .exited(0))
        return try values.get()
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
