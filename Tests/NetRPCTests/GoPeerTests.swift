import MessagePack
import NetRPC
import TestSupport
import Testing

/// Both halves against those of Go: `net/rpc` with `codec.GoRpc`.
@Suite(.timeLimit(.minutes(5))) struct GoPeerTests {
    struct Kinds: Codable, Equatable, Sendable {
        var bool = false
        var int = 0
        var int8: Int8 = 0
        var int16: Int16 = 0
        var int32: Int32 = 0
        var int64: Int64 = 0
        var uint: UInt = 0
        var uint8: UInt8 = 0
        var uint16: UInt16 = 0
        var uint32: UInt32 = 0
        var uint64: UInt64 = 0
        var float32: Float = 0
        var float64 = 0.0
        var text = ""
        var bytes: [UInt8]?
        var texts: [String]?
        var table: [String: Int]?
        var time: MessagePackTimestamp?
        var inner: Inner?
        var any = MessagePackValue.nil

        enum CodingKeys: String, CodingKey {
            case bool = "Bool"
            case int = "Int"
            case int8 = "Int8"
            case int16 = "Int16"
            case int32 = "Int32"
            case int64 = "Int64"
            case uint = "Uint"
            case uint8 = "Uint8"
            case uint16 = "Uint16"
            case uint32 = "Uint32"
            case uint64 = "Uint64"
            case float32 = "Float32"
            case float64 = "Float64"
            case text = "Text"
            case bytes = "Bytes"
            case texts = "Texts"
            case table = "Table"
            case time = "Time"
            case inner = "Inner"
            case any = "Any"
        }
    }

    struct Inner: Codable, Equatable, Sendable {
        var message = ""
        var list: [Inner]?

        enum CodingKeys: String, CodingKey {
            case message = "Message"
            case list = "List"
        }
    }

    /// Values on both sides of what a form can hold.
    static func random(_ generator: inout SplitMix) throws -> Kinds {
        func integer<Integer: FixedWidthInteger>() -> Integer {
            let bits = Int.random(in: 0..<Integer.bitWidth, using: &generator)
            return Integer(truncatingIfNeeded: generator.next())
                >> Integer(truncatingIfNeeded: bits)
        }
        func isNil() -> Bool { Bool.random(using: &generator) }
        let size = [0, 1, 15, 16, 31, 32, 255, 256].randomElement(using: &generator) ?? 0
        let text = String(
            repeating: "é€x"[...].randomElement(using: &generator) ?? "x",
            count: size
        )
        var kinds = Kinds(
            bool: isNil(),
            int: integer(),
            int8: integer(),
            int16: integer(),
            int32: integer(),
            int64: integer(),
            uint: integer(),
            uint8: integer(),
            uint16: integer(),
            uint32: integer(),
            uint64: integer()
        )
        kinds.float32 = Float(integer() as Int16) / 8
        kinds.float64 = Double(integer() as Int64) / 1024
        kinds.text = text
        kinds.bytes = isNil() ? nil : Array(text.utf8)
        kinds.texts = isNil() ? nil : Array(repeating: text, count: size % 20)
        kinds.table = isNil() ? nil : size == 0 ? [:] : [text: integer()]
        // Go's zero time is nil; its seconds beyond the year 292e9 are not its own any more.
        let seconds = Int64(integer() as Int32) * 1_000
        let fraction = isNil() ? 0 : UInt32.random(in: 0..<1_000_000_000, using: &generator)
        kinds.time = isNil() ? nil : MessagePackTimestamp(seconds: seconds, nanoseconds: fraction)
        kinds.inner = isNil() ? nil : Inner(message: text, list: isNil() ? nil : [Inner()])
        kinds.any = isNil() ? .nil : [.int(integer()), .string(text), .bool(isNil()), [:], []]
        return kinds
    }

    @Test func `calls a server of Go's and gets back what it sends`() async throws {
        let peer = try await GoPeer("serve")
        let client = await NetRPCClient(over: peer)
        var generator = SplitMix(seed: 11)
        for _ in 0..<FuzzScale.rounds(300, full: 50_000) {
            let seed = generator.state
            let kinds = try Self.random(&generator)
            let back = try await client.call("Peer.Kinds", kinds, returning: Kinds.self)
            #expect(back == kinds, "seed \(seed)")
            // Go's bytes for the struct that it understood.
            let encoded = try await client.call("Peer.Encoded", kinds, returning: [UInt8].self)
            #expect(try encoded == MessagePackEncoder().encode(kinds), "seed \(seed)")
        }
        await client.close()
        #expect(try await peer.report() == ("", true))
    }

    @Test func `gets back untyped values from a server of Go's`() async throws {
        let peer = try await GoPeer("serve")
        let client = await NetRPCClient(over: peer)
        let values: [MessagePackValue] = [
            .nil, true, 0, -1, 127, -32, -33, 128, 32_768, .int(.min), .uint(128), .uint(.max), 1.5,
            "", "text", .invalidString([0xff]), .binary([]), .binary([1]), [], [1, [2, .nil]], [:],
            ["a": ["b": [1, 2]]], [5: "five"],
            .timestamp(try #require(MessagePackTimestamp(seconds: -9, nanoseconds: 1))),
        ]
        for value in values {
            let back = try await client.call("Peer.Any", value, returning: MessagePackValue.self)
            #expect(back == value)
        }
        await client.close()
        #expect(try await peer.report() == ("", true))
    }

    @Test func `hears Go's own errors, and replies out of order`() async throws {
        let peer = try await GoPeer("serve")
        let client = await NetRPCClient(over: peer)
        let errors = [
            "Peer.Nope": "rpc: can't find method Peer.Nope",
            "Nope.Say": "rpc: can't find service Nope.Say",
            "Nodot": "rpc: service/method request ill-formed: Nodot",
            "Peer.Fail": "context canceled",
        ]
        for (method, text) in errors {
            let error = await failure { try await client.call(method, "context canceled") }
            #expect(error as? NetRPCError == NetRPCError(.server, text, serviceMethod: method))
        }
        try await client.call("Peer.Nothing")
        try await client.call("Peer.Struct")
        let number = try await client.call("Peer.Number", UInt32.max - 1, returning: UInt32.self)
        #expect(number == .max)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask {
                    let reply = try await client.call("Peer.Wait", number, returning: Int.self)
                    #expect(reply == number)
                }
                group.addTask { try await client.call("Peer.Release", 99 - number) }
            }
            try await group.waitForAll()
        }
        await client.close()
        #expect(try await peer.report() == ("", true))
    }

    @Test func `fails what waits for a Go server that is gone`() async throws {
        let peer = try await GoPeer("serve")
        let client = await NetRPCClient(over: peer)
        let waiting = Task { await failure { try await client.call("Peer.Wait", 1) } }
        try await client.call("Peer.Nothing")
        await peer.kill()
        #expect((await waiting.value as? NetRPCError)?.code == .connectionLost)
    }

    @Test func `serves a client of Go's`() async throws {
        let peer = try await GoPeer("call")
        let server = NetRPCServer()
        let events = Events()
        try await server.register("Swift.Kinds") { (kinds: Kinds) in kinds }
        try await server.register("Swift.Number") { (number: UInt32) in number + 1 }
        try await server.register("Swift.Nothing") { (_: NetRPCNothing) in }
        try await server.register("Swift.Echo") { (text: String) in text }
        try await server.register("Swift.Cancel") { (_: String) in throw CancellationError() }
        try await server.register("Swift.Fail") { (text: String) in
            throw NetRPCError(.server, text)
        }
        try await server.register("Swift.Wait") { (_: NetRPCNothing) in
            await events.wait(for: "release")
        }
        try await server.register("Swift.Release") { (_: NetRPCNothing) in
            await events.happens("release")
        }
        try await server.serve(peer)
        let report = try await peer.report()
        #expect(report.isSuccess)
        let mismatch =
            "msgpack decode error: MessagePack: found a string of 20 bytes where a number that fits "
            + "UInt32 is needed"
        let expected = """
            kinds: <nil>
            same: true
            zero: <nil> true
            number: <nil> 4294967295
            nothing: <nil>
            Swift.Fail: text of Swift.Fail
            Swift.Cancel: context canceled
            Swift.Nope: rpc: can't find method Swift.Nope
            Nope.Say: rpc: can't find service Nope.Say
            Nodot: rpc: service/method request ill-formed: Nodot
            Swift.Number: \(mismatch)
            release: <nil>
            wait: <nil>
            echoes: 500
            close: <nil>

            """
        #expect(report.text == expected)
    }
}
