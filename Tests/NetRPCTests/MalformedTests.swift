import ByteStreams
import MessagePack
import NetRPC
import Testing

/// What a header may not be, on either side: RELIABILITY's categories for the envelope.
@Suite(.timeLimit(.minutes(2))) struct MalformedTests {
    struct Bad: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var bytes: [UInt8]

        init(_ name: String, _ values: MessagePackValue...) {
            testDescription = name
            bytes = values.flatMap(\.encoded)
        }

        init(_ name: String, bytes: [UInt8]) {
            testDescription = name
            self.bytes = bytes
        }
    }

    static let violations: [Bad] = [
        Bad("a number for a header", 5, .nil),
        Bad("a string for a header", "ServiceMethod", .nil),
        Bad("a second body", ["ServiceMethod": "A.B", "Seq": 7], "body", "body", .nil),
        Bad(
            "a missing body",
            ["ServiceMethod": "A.B", "Seq": 7],
            ["ServiceMethod": "A.B", "Seq": 8],
            "the body of the second"
        ),
        Bad("a method that is a number", ["ServiceMethod": 5, "Seq": 0], .nil),
        Bad("a sequence that is text", ["ServiceMethod": "A.B", "Seq": "0"], .nil),
        Bad("a sequence below 0", ["ServiceMethod": "A.B", "Seq": -1], .nil),
        Bad("a sequence with a fraction", ["ServiceMethod": "A.B", "Seq": 0.5], .nil),
        Bad(
            "a sequence beyond 64 bits",
            ["ServiceMethod": "A.B", "Seq": 18_446_744_073_709_551_616.0],
            .nil
        ),
        Bad("a key that is an array", [[1]: 2], .nil),
        Bad("a byte that begins no value", bytes: [0xc1]),
        Bad("such a byte in the body", ["Seq": 0], .ext(type: 1, data: [])),
        Bad("a header of more than 1 MiB", bytes: [0x81, 0xdb, 0, 0x10, 0, 0]),
        Bad("a body of more than 16 MiB", bytes: [0x80, 0xc6, 1, 0, 0, 0]),
        Bad("a header nested too deep", bytes: Array(repeating: 0x91, count: 65)),
        Bad("a body nested too deep", bytes: [0x80] + Array(repeating: 0x91, count: 65)),
    ].map { bad in
        guard bad.testDescription == "such a byte in the body" else { return bad }
        return Bad(bad.testDescription, bytes: [0x80, 0x91, 0xc1])
    }

    @Test(arguments: violations)
    func `ends a client's every call at a response that is none`(bad: Bad) async throws {
        let (near, far) = InMemoryByteStream.pair()
        let client = await NetRPCClient(over: near)
        let calls = (0..<3).map { _ in Task { await failure { try await client.call("A.B") } } }
        let peer = FarEnd<NetRPCRequestHeader>(far)
        for _ in calls { _ = try await peer.next() }
        // The peer may find the stream closed before it has written all.
        try? await far.write(bad.bytes)
        for call in calls {
            let error = await call.value as? NetRPCError
            #expect(error?.code == .protocolViolation)
            #expect(error?.message.hasPrefix("the peer broke the protocol in message ") == true)
        }
        try await peer.waitForEnd()
    }

    @Test(arguments: violations)
    func `ends a server's stream at a request that is none`(bad: Bad) async throws {
        let (near, far) = InMemoryByteStream.pair()
        let server = NetRPCServer()
        let task = Task { try await server.serve(near) }
        try? await far.write(bad.bytes)
        let error = await failure { try await task.value } as? NetRPCError
        #expect(error?.code == .protocolViolation)
    }

    @Test(arguments: violations)
    func `says the same of it in any split`(bad: Bad) {
        var texts: Set<String> = []
        for piece in [1, 3, bad.bytes.count] {
            var parser = NetRPCMessageParser<NetRPCRequestHeader>()
            var rest = bad.bytes[...]
            do throws(NetRPCError) {
                while !rest.isEmpty {
                    parser.append(Array(rest.prefix(piece)))
                    rest = rest.dropFirst(piece)
                    while try parser.next() != nil {}
                }
                Issue.record("nothing was found")
            } catch {
                texts.insert(error.description)
            }
        }
        #expect(texts.count == 1)
    }

    @Test func `fails calls and streams that end inside a message`() async throws {
        let whole = try WireFiles.bytes("msg-builder-prepare.rsp")
        for length in 0..<whole.count {
            var parser = NetRPCMessageParser<NetRPCResponseHeader>()
            parser.append(Array(whole.prefix(length)))
            #expect(try parser.next() == nil)
            if length == 0 {
                try parser.expectEnd()
            } else {
                let error = #expect(throws: NetRPCError.self) { try parser.expectEnd() }
                #expect(error?.code == .connectionLost)
            }
        }
        let (near, far) = InMemoryByteStream.pair()
        let server = NetRPCServer()
        let task = Task { try await server.serve(near) }
        try await far.write([0x82])
        try await far.finishWriting()
        let error = await failure { try await task.value } as? NetRPCError
        #expect(error?.description == "the stream ended inside message 1, after 1 bytes of it")
    }

    @Test(
        arguments: [5, -1, true, 0.5, [], ["A"], [:], .ext(type: 1, data: [1])]
            as [MessagePackValue]
    )
    func `ends a client's every call at an error that is no text`(error: MessagePackValue)
        async throws
    {
        let (near, far) = InMemoryByteStream.pair()
        let client = await NetRPCClient(over: near)
        let calls = (0..<2).map { _ in Task { await failure { try await client.call("A.B") } } }
        let peer = FarEnd<NetRPCRequestHeader>(far)
        for _ in calls { _ = try await peer.next() }
        let header: MessagePackValue = ["ServiceMethod": "A.B", "Seq": 0, "Error": error]
        try? await far.write(header.encoded + [0xc0])
        for call in calls {
            let found = await call.value as? NetRPCError
            #expect(found?.code == .protocolViolation)
            #expect(found?.message.contains("Error: found ") == true)
        }
    }

    @Test func `passes over responses that nobody waits for`() async throws {
        let (near, far) = InMemoryByteStream.pair()
        let peer = FarEnd<NetRPCRequestHeader>(far)
        // A response before any request, to a number that is never used, and one twice.
        try await peer.reply(0, 1)
        try await peer.reply(.max, 2)
        let client = await NetRPCClient(over: near)
        while await client.strayReplies < 2 { await Task.yield() }
        async let call = client.call("A.B", returning: Int.self)
        let sequence = try await peer.next().header.sequence
        try await peer.reply(sequence, 3)
        #expect(try await call == 3)
        try await peer.reply(sequence, 4)
        async let second = client.call("A.B", returning: Int.self)
        try await peer.reply(peer.next().header.sequence, 5)
        #expect(try await second == 5)
        #expect(await client.strayReplies == 3)
    }

    @Test(
        arguments: [
            ["Seq": 0], ["ServiceMethod": .nil, "Seq": 0, "Error": .nil], ["A.B", 0, ""],
            ["x": [1], "Seq": .uint(0), "Error": .binary([])], .nil, [:],
        ] as [MessagePackValue]
    )
    func `takes a header as tolerantly as Go does`(header: MessagePackValue) async throws {
        let (near, far) = InMemoryByteStream.pair()
        let client = await NetRPCClient(over: near)
        async let call = client.call("A.B", returning: Int.self)
        _ = try await FarEnd<NetRPCRequestHeader>(far).next()
        try await far.write(header.encoded + [7])
        #expect(try await call == 7)
    }

    @Test func `answers the longest name with a header that is not too large`() async throws {
        let (near, far) = InMemoryByteStream.pair()
        let server = NetRPCServer()
        let task = Task { try await server.serve(near) }
        let peer = FarEnd<NetRPCResponseHeader>(far)
        let limits = NetRPCLimits.standard
        // 33 bytes are the rest of the header.
        let name = String(repeating: "é.", count: limits.headerSize / 3 - 11)
        try await peer.request(name, 1)
        let reply = try await peer.next()
        #expect(reply.encoded().count - reply.body.count <= limits.headerSize)
        #expect(reply.header.error.utf8.count == limits.errorSize)
        #expect(reply.header.serviceMethod.utf8.count > 500_000)
        #expect(name.hasPrefix(reply.header.serviceMethod))
        await far.close()
        try await task.value
    }

    @Test func `calls no name that makes a header too large`() async throws {
        let (near, far) = InMemoryByteStream.pair()
        let client = await NetRPCClient(over: near)
        let name = String(repeating: "x", count: NetRPCLimits.standard.headerSize)
        let error = await failure { try await client.call(name) } as? NetRPCError
        #expect(error?.code == .unencodableArguments)
        #expect(error?.description.count ?? 0 < 200)
        async let call = client.call("A.B", returning: Int.self)
        let peer = FarEnd<NetRPCRequestHeader>(far)
        let request = try await peer.next()
        #expect(request.header.serviceMethod == "A.B")
        try await peer.reply(request.header.sequence, 7)
        #expect(try await call == 7)
    }

    @Test func `answers a long name, and a name without a dot`() async throws {
        let (near, far) = InMemoryByteStream.pair()
        let server = NetRPCServer()
        let task = Task { try await server.serve(near) }
        let peer = FarEnd<NetRPCResponseHeader>(far)
        for name in ["", ".", "A.", ".B", String(repeating: "x", count: 400_000)] {
            try await peer.request(name, 1)
            let reply = try await peer.next().header
            #expect(reply.serviceMethod == name)
            #expect(reply.error.hasPrefix(name.contains(".") ? "rpc: can't find" : "rpc: service"))
        }
        await far.close()
        try await task.value
    }
}
