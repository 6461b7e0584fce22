import Foundation
import Gob
import TestSupport
import Testing

/// What Go's `encoding/gob`, hcldec and cty say of our streams, and we of theirs.
@Suite(.serialized) struct GoPeerTests {
    private let peer: LinePeer

    init() async throws { peer = try await LinePeer("gob-peer") }

    private static func read<Value: Decodable>(_ json: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(json.utf8))
    }

    private static func json(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }

    @Test func `agrees with hcldec on random specifications`() throws {
        var generator = SplitMix(seed: 1)
        for _ in 0..<(100 * peerThoroughness) {
            let spec = ObjectSpec.random(depth: 3, using: &generator)
            let theirs = hex(try peer.ask("encode-spec", try Self.json(spec)))
            #expect(try ObjectSpec(stream: theirs) == spec)
            let heard: ObjectSpec = try Self.read(try peer.ask("decode-spec", try spec.stream()))
            #expect(heard == spec)
        }
    }

    @Test func `agrees with cty on random types`() throws {
        var generator = SplitMix(seed: 2)
        for _ in 0..<(100 * peerThoroughness) {
            let type = CtyType.random(depth: 4, structural: true, using: &generator)
            let theirs = hex(try peer.ask("encode-type", try Self.json(type)))
            #expect(try CtyType(stream: theirs) == type)
            let heard: CtyType = try Self.read(try peer.ask("decode-type", try type.stream))
            #expect(heard == type)
        }
    }

    @Test(
        arguments: [
            "breakpoint", "sleep", "file", "hcloud", "qemu", "vsphere-iso", "amazon-ebs",
        ]
    )
    func `tells hcldec what Packer told us`(name: String) throws {
        let kind = ["breakpoint", "sleep"].contains(name) ? "provisioner" : "builder"
        let spec = try ObjectSpec(stream: try vector("configspec-packer-\(kind)-\(name).gob"))
        let heard: ObjectSpec = try Self.read(try peer.ask("decode-spec", try spec.stream()))
        #expect(heard == spec)
    }

    @Test func `agrees with cty on values`() throws {
        let values = [
            #"{"type":"string","value":"h\u00e9"}"#,
            #"{"type":"bool","value":true}"#,
            #"{"type":"number","value":-12.5}"#,
            #"{"type":"number","value":0}"#,
            #"{"type":"string","value":null}"#,
            #"{"type":["list","string"],"value":["a","","b"]}"#,
            #"{"type":["map","bool"],"value":{"no":false,"yes":true}}"#,
            #"{"type":["object",{"s":"string","n":["list","number"]}],"value":{"n":[1,2.25,1e40],"s":"x"}}"#,
            #"{"type":["tuple",["string","bool"]],"value":["a",false]}"#,
            #"{"type":["list",["object",{"a":["map","string"]}]],"value":[{"a":{"k":"v"}},{"a":null}]}"#,
        ]
        for value in values {
            let canonical = try peer.ask("decode-value", try peer.ask("encode-value", value))
            let theirs = hex(try peer.ask("encode-value", value))
            let ours = try CtyValueStream(stream: theirs).stream
            #expect(try peer.ask("decode-value", ours) == canonical)
        }
    }

    /// Values of every kind that gob has, in interfaces that define types in mid-value; then the
    /// same values in our form.
    @Test func `reads whatever Go writes and writes what Go reads`() throws {
        for seed in 0..<(300 * peerThoroughness) {
            let theirs = hex(try peer.ask("encode-zoo", "\(seed)"))
            var decoder = GobDecoder()
            decoder.append(theirs)
            let value = try #require(try decoder.next())
            try decoder.finish()
            let type = try #require(decoder.types.ids.first)
            let ours = try GobEncoder.stream(of: value, as: type, types: decoder.types)
            #expect(
                try peer.ask("decode-zoo", ours) == (try peer.ask("decode-zoo", theirs)),
                "seed \(seed)"
            )
            #expect(try GobDecoder.value(of: ours) == value)
            #expect(Reading(of: theirs.pieces(of: 1 + seed % 9)) == Reading(of: [theirs]))
        }
    }

    /// But for nil interfaces inside slices and maps, which Go itself cannot skip when Go wrote
    /// them.
    @Test func `writes what Go can skip`() throws {
        var generator = SplitMix(seed: 3)
        for _ in 0..<(100 * peerThoroughness) {
            let random = RandomStream(hasNil: false, using: &generator)
            _ = try peer.ask("ignore", try random.stream)
        }
    }

    /// The peer can refuse, so that its consent means something.
    @Test func `hears Go's refusal of a name that it does not know`() throws {
        let spec = try ObjectSpec(stream: KnownStreams.nestedSpec)
        #expect(throws: LinePeer.Refusal.self) {
            try peer.ask("decode-spec", try spec.stream(objectSpecName: "elsewhere.ObjectSpec"))
        }
    }
}
