import ByteStreams
import MessagePack
import NetRPC
import Testing

@Suite(.timeLimit(.minutes(2))) struct ClientTests {
    typealias Peer = FarEnd<NetRPCRequestHeader>

    private func connect(
        _ limits: NetRPCLimits = .standard,
        capacity: Int = 262_144,
        chunkSize: Int = .max
    ) async -> (NetRPCClient, Peer) {
        let (near, far) = InMemoryByteStream.pair(capacity: capacity, chunkSize: chunkSize)
        return (await NetRPCClient(over: near, limits: limits), Peer(far))
    }

    @Test func `sends the recorded bytes of Ui-Say and takes its recorded reply`() async throws {
        let (near, far) = InMemoryByteStream.pair()
        let client = await NetRPCClient(over: near)
        let text = "Provisioning with shell script: /tmp/packer-shell2322808438"
        async let reply = client.call("Ui.Say", text)
        let expected = try WireFiles.bytes("msg-ui-say.req")
        var sent: [UInt8] = []
        while sent.count < expected.count { sent += try #require(await far.read(upTo: 4096)) }
        #expect(sent == expected)
        try await far.write(WireFiles.bytes("msg-ui-say.rsp"))
        #expect(try await reply == NetRPCNothing())
    }

    @Test(arguments: [1, 5, .max])
    func `gives each of many calls its own reply in whatever order they come`(chunk: Int)
        async throws
    {
        let (client, peer) = await connect(chunkSize: chunk)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let reply = try await client.call("A.B", number, returning: Int.self)
                    #expect(reply == number + 1000)
                }
            }
            var requests: [NetRPCMessage<NetRPCRequestHeader>] = []
            for expected in 0..<50 {
                let request = try await peer.next()
                #expect(request.header.sequence == UInt64(expected))
                requests.append(request)
            }
            for request in requests.shuffled() {
                let number = try MessagePackDecoder().decode(Int.self, from: request.body)
                try await peer.reply(request.header.sequence, .int(Int64(number) + 1000))
            }
            try await group.waitForAll()
        }
        #expect(await client.strayReplies == 0)
    }

    @Test func `ends with a peer that answers what it cannot have read`() async throws {
        let (client, peer) = await connect(capacity: 16)
        async let first = failure { try await client.call("A.B", [UInt8](repeating: 0, count: 99)) }
        async let second = failure { try await client.call("A.B") }
        // Neither leaves while the peer reads nothing, but it knows their numbers.
        while await client.waitingCalls < 2 { await Task.yield() }
        try await peer.reply(1, .nil)
        for error in await [first, second] {
            #expect((error as? NetRPCError)?.code == .protocolViolation)
        }
    }

    @Test func `throws the server's text exactly and goes on`() async throws {
        let (client, peer) = await connect()
        async let first = failure { try await client.call("A.B") }
        try await peer.reply(peer.next().header.sequence, error: "rpc: can't find method A.B")
        let error = try #require(await first as? NetRPCError)
        #expect(error.code == .server && error.description == "rpc: can't find method A.B")
        async let second = client.call("A.B", returning: String.self)
        try await peer.reply(peer.next().header.sequence, "fine")
        #expect(try await second == "fine")
    }

    @Test func `ends a cancelled call at once and drops its late reply`() async throws {
        let (client, peer) = await connect()
        let task = Task { try await client.call("A.B", returning: Int.self) }
        let sequence = try await peer.next().header.sequence
        task.cancel()
        let error = await failure { try await task.value }
        #expect(error is CancellationError)
        async let other = client.call("A.B", returning: Int.self)
        let second = try await peer.next().header.sequence
        try await peer.reply(sequence, 1)
        try await peer.reply(second, 2)
        #expect(try await other == 2)
        #expect(await client.strayReplies == 1)
    }

    @Test func `does not send what is cancelled before it leaves`() async throws {
        let (client, peer) = await connect(capacity: 4)
        // Blocks the way: the peer does not read yet.
        let first = Task { try await client.call("A.First", returning: Int.self) }
        let (encoded, isEncoded) = AsyncStream<Void>.makeStream()
        let second = Task { try await client.call("A.Second", Telling(isEncoded: isEncoded)) }
        for await _ in encoded { break }
        second.cancel()
        #expect(await failure { try await second.value } is CancellationError)
        let third = Task { try await client.call("A.Third", returning: Int.self) }
        for _ in 0..<2 {
            let request = try await peer.next()
            #expect(request.header.serviceMethod != "A.Second")
            try await peer.reply(request.header.sequence, 3)
        }
        #expect(try await first.value == 3)
        #expect(try await third.value == 3)
    }

    @Test func `refuses a call of a task that is cancelled already`() async throws {
        let (client, peer) = await connect()
        let task = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            _ = try await client.call("A.B")
        }
        #expect(await failure { try await task.value } is CancellationError)
        async let next = client.call("A.C")
        #expect(try await peer.next().header.serviceMethod == "A.C")
        try await peer.reply(0)
        _ = try await next
    }

    @Test func `fails every waiting call, and every later one, when the stream ends`() async throws
    {
        let (client, peer) = await connect()
        let calls = (0..<5).map { _ in Task { await failure { try await client.call("A.B") } } }
        for _ in calls { _ = try await peer.next() }
        await peer.stream.close()
        for call in calls { #expect((await call.value as? NetRPCError)?.code == .connectionLost) }
        let later = await failure { try await client.call("A.B") } as? NetRPCError
        #expect(later?.code == .connectionLost)
        #expect(later?.description == "A.B: the peer closed the connection")
        #expect(await client.isClosed)
    }

    @Test func `fails every waiting call when it is closed`() async throws {
        let (client, peer) = await connect()
        let calls = (0..<5).map { _ in Task { await failure { try await client.call("A.B") } } }
        for _ in calls { _ = try await peer.next() }
        await client.close()
        for call in calls { #expect((await call.value as? NetRPCError)?.code == .closed) }
        #expect((await failure { try await client.call("A.B") } as? NetRPCError)?.code == .closed)
        try await peer.waitForEnd()
        await client.close()
    }

    @Test func `fails a call whose request cannot be written`() async throws {
        let (client, peer) = await connect()
        await peer.stream.close()
        let error = await failure { try await client.call("A.B", "x") } as? NetRPCError
        #expect(error?.code == .connectionLost)
    }

    @Test func `fails only the call whose reply is of another kind`() async throws {
        let (client, peer) = await connect()
        async let first = failure { try await client.call("A.B", returning: Int.self) }
        try await peer.reply(peer.next().header.sequence, ["a": "b"])
        let error = try #require(await first as? NetRPCError)
        #expect(error.code == .undecodableReply)
        #expect(
            error.description.contains("found a map of 1 where a number that fits Int is needed")
        )
        async let second = client.call("A.B", returning: Int.self)
        try await peer.reply(peer.next().header.sequence, 7)
        #expect(try await second == 7)
    }

    @Test func `sends nothing of arguments that have no encoding`() async throws {
        var limits = NetRPCLimits()
        limits.body.size = 10
        let (client, peer) = await connect(limits)
        let error = await failure { try await client.call("A.B", "longer than ten bytes") }
        #expect((error as? NetRPCError)?.code == .unencodableArguments)
        async let next = client.call("A.C", returning: Int.self)
        let request = try await peer.next()
        #expect(request.header == NetRPCRequestHeader(serviceMethod: "A.C", sequence: 0))
        try await peer.reply(0, 1)
        #expect(try await next == 1)
    }

    @Test func `refuses more waiting calls than the limit`() async throws {
        var limits = NetRPCLimits()
        limits.pendingCalls = 2
        let (client, peer) = await connect(limits)
        let calls = (0..<2).map { _ in Task { try await client.call("A.B", returning: Int.self) } }
        for _ in calls { _ = try await peer.next() }
        let error = await failure { try await client.call("A.B") } as? NetRPCError
        #expect(error?.code == .tooManyCalls)
        for sequence in 0..<2 { try await peer.reply(UInt64(sequence), 1) }
        for call in calls { #expect(try await call.value == 1) }
    }

    @Test func `closes the stream when the last reference goes`() async throws {
        var client: NetRPCClient?
        let (near, far) = InMemoryByteStream.pair()
        client = await NetRPCClient(over: near)
        #expect(await client?.isClosed == false)
        client = nil
        #expect(try await far.read(upTo: 1) == nil)
    }
}

/// Arguments that tell when they are encoded, which is when the call has reached the client.
private struct Telling: Encodable, Sendable {
    let isEncoded: AsyncStream<Void>.Continuation

    func encode(to encoder: any Encoder) throws {
        isEncoded.yield()
        var container = encoder.singleValueContainer()
        try container.encode(1)
    }
}
