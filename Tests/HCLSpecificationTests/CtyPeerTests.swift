import HCLSpecification
import TestSupport
import Testing

/// What go-cty says of our values, and we of its.
@Suite(.serialized) struct CtyPeerTests {
    private let peer: LinePeer

    init() async throws { peer = try await LinePeer("gob-peer") }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func values(
        _ seed: UInt64,
        _ mixture: CtyMixture,
        _ count: Int = 100
    ) throws -> [CtyValue] {
        var generator = SplitMix(seed: seed)
        return try (0..<(count * thoroughness)).map { _ in
            let type = try CtyType.random(depth: 4, mixture, using: &generator)
            return try CtyValue.random(of: type, using: &generator)
        }
    }

    @Test func `agrees with cty on random values in JSON`() throws {
        for value in try Self.values(1, .all, 200) {
            let theirs = try peer.ask("encode-json", Self.text(try value.json()))
            #expect(try CtyValue(json: Array(theirs.utf8)).sorted == value.sorted)
        }
    }

    @Test func `writes JSON byte for byte as cty does`() throws {
        for value in try Self.values(2, [.dynamic, .deepNumbers, .structures]) {
            let ours = Self.text(try value.json())
            let theirs = try peer.ask("encode-json", ours)
            // An empty tuple's types are a nil slice in Go.
            #expect(theirs.replacing(#"["tuple",null]"#, with: #"["tuple",[]]"#) == ours)
        }
    }

    @Test func `agrees with cty on random values in MessagePack`() throws {
        for value in try Self.values(3, .all, 200) {
            let json = Self.text(try value.json())
            let theirs = [UInt8](hexadecimal: try peer.ask("encode-msgpack", json))
            #expect(try CtyValue(messagePack: theirs).sorted == value.sorted)
            let heard = try peer.ask("decode-msgpack", try value.messagePack())
            #expect(try CtyValue(json: Array(heard.utf8)).sorted == value.sorted)
        }
    }

    @Test func `writes MessagePack byte for byte as cty does`() throws {
        for value in try Self.values(4, [.dynamic, .deepNumbers, .structures]) {
            let theirs = try peer.ask("encode-msgpack", Self.text(try value.json()))
            let empty = Array(#"["tuple",null]"#.utf8)
            guard ![UInt8](hexadecimal: theirs).contains(empty) else { continue }
            #expect(try value.messagePack().hexadecimal == theirs)
        }
    }

    /// Go can write numbers deep inside collections of collections, but not read them.
    @Test func `agrees with cty on random values in gob`() throws {
        for value in try Self.values(5, [.deepNumbers, .structures]) {
            let theirs = try peer.ask("encode-value", Self.text(try value.json()))
            #expect(try CtyValue(gob: [UInt8](hexadecimal: theirs)) == value)
        }
        for value in try Self.values(6, .structures) {
            let heard = try peer.ask("decode-value", try value.gob())
            #expect(try CtyValue(json: Array(heard.utf8)) == value)
        }
    }
}
