import Configuration
import Foundation
import HCLSpecification
import TestSupport
import Testing

/// The plugin under a host that is made of Go's own libraries, as Packer since 1.7 is: yamux, net/rpc
/// with codec, and for what crosses, hcldec and cty.
@Suite(.timeLimit(.minutes(5))) struct GoHostTests {
    private let here: TemporaryDirectory
    /// Reads specifications and values.
    private let reader: LinePeer

    init() async throws {
        here = try TemporaryDirectory()
        reader = try await LinePeer("gob-peer")
    }

    private struct Result: Decodable, Equatable {
        var Said: [String]?
        var Id: String
        var Value: String
    }

    private func host(_ kind: Generation.Kind, protobuf: Bool = false) async throws -> LinePeer {
        let start = ["start", kind.rawValue] + (protobuf ? ["--protobuf"] : []) + ["echo"]
        return try await LinePeer(
            "plugin-host",
            [kind.rawValue, try ProjectFiles.pluginTest()] + start
        )
    }

    private func run(_ host: LinePeer) throws -> Result {
        try JSONDecoder().decode(Result.self, from: Data(try host.ask("run", "").utf8))
    }

    /// The options of an HCL2 template, as Packer sends them.
    private func hcl2(_ options: String) -> String {
        let object =
            #"["object",{"text":"string","tag":["list",["object",{"key":"string","#
            + #""value":"string"}]],"fails_with":"string","waits_at":"string"}]"#
        let sent = "{\"value\":\(options),\"type\":\(object)}"
        let element = ["json of cty": sent]
        let list = try? JSONSerialization.data(withJSONObject: [element])
        return String(decoding: list ?? Data(), as: UTF8.self)
    }

    @Test(arguments: Generation.Kind.allCases)
    func `Go reads a component's options`(kind: Generation.Kind) async throws {
        let host = try await host(kind)
        let text = try host.ask("spec", "").filter { $0 != "\"" }
        let specification = try reader.ask("decode-spec", text)
        let expected =
            #"{"fails_with":{"kind":"attribute","name":"fails_with","type":"string"},"#
            + #""tag":{"kind":"list","name":"tag","nested":{"#
            + #""key":{"kind":"attribute","name":"key","type":"string","required":true},"#
            + #""value":{"kind":"attribute","name":"value","type":"string"}}},"#
            + #""text":{"kind":"attribute","name":"text","type":"string","required":true},"#
            + #""waits_at":{"kind":"attribute","name":"waits_at","type":"string"}}"#
        #expect(specification == expected)
    }

    @Test(arguments: Generation.Kind.allCases)
    func `Go prepares a component and has it work`(kind: Generation.Kind) async throws {
        let host = try await host(kind)
        let options =
            #"{"text":"hi","tag":[{"key":"a","value":null}],"fails_with":null,"#
            + #""waits_at":null}"#
        // Packer prepares twice.
        for _ in 0..<2 { _ = try host.ask("prepare", hcl2(options)) }
        let result = try run(host)
        switch kind {
        case .provisioner: #expect(result == Result(Said: ["hi a="], Id: "", Value: ""))
        case .builder:
            let said = ["from the hook\n", "the command exited with 3", "hi a="]
            #expect(result == Result(Said: said, Id: "echo-1", Value: ""))
        case .postProcessor: #expect(result == Result(Said: ["hi a="], Id: "of go-1", Value: ""))
        case .dataSource: #expect(!result.Value.isEmpty)
        }
        let wrong = #"{"text":null,"tag":[],"fails_with":null,"waits_at":null}"#
        #expect(throws: LinePeer.Refusal.self) { try host.ask("prepare", hcl2(wrong)) }
        let failing = #"{"text":"x","tag":[],"fails_with":"so it is","waits_at":null}"#
        _ = try host.ask("prepare", hcl2(failing))
        let refusal = #expect(throws: LinePeer.Refusal.self) { try host.ask("run", "") }
        #expect(refusal?.description == "error so it is")
    }

    @Test(arguments: Generation.Kind.allCases)
    func `what Go cancels ends`(kind: Generation.Kind) async throws {
        let host = try await host(kind)
        let file = here["began"]
        let options = #"{"text":"x","tag":[],"fails_with":null,"waits_at":"\#(file)"}"#
        _ = try host.ask("prepare", hcl2(options))
        let refusal = #expect(throws: LinePeer.Refusal.self) { try host.ask("cancel", file) }
        #expect(refusal?.description == "error context canceled")
    }

    @Test(arguments: [false, true])
    func `Go reads a data source's values in either encoding`(protobuf: Bool) async throws {
        let host = try await host(.dataSource, protobuf: protobuf)
        let options =
            #"{"text":"ü","tag":[{"key":"a","value":"b"}],"fails_with":null,"#
            + #""waits_at":null}"#
        _ = try host.ask("prepare", hcl2(options))
        let bytes = try run(host).Value
        let json = try reader.ask(protobuf ? "decode-msgpack" : "decode-value", bytes)
        let value = try CtyValue(json: Array(json.utf8)).configuration
        #expect(
            value
                == .map([
                    "text": .string("ü"), "count": .integer(-3), "ratio": .number(0.5),
                    "is_there": .bool(true), "words": .list([.string("a"), .string("ü")]),
                    "table": .map(["k": .string("v")]),
                    "tag": .list([.map(["key": .string("a"), "value": .string("b")])]),
                ])
        )
    }
}
