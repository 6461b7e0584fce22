import ByteStreams
import MessagePack
import NetRPC
import TestSupport
import Testing

/// Random orders of what can happen to calls, against what may become of each.
@Suite(.timeLimit(.minutes(10))) struct ExactlyOnceTests {
    enum End: Equatable {
        case reply(Int)
        case error(String)
        case cancelled
        case lost
    }

    @Test func `ends each call exactly once, as the peer or the caller ended it`() async throws {
        for seed in 0..<FuzzScale.rounds(40, full: 20_000) {
            try await play(seed: UInt64(seed))
        }
    }

    /// One conversation; a continuation that is resumed twice or never stops the test by itself.
    private func play(seed: UInt64) async throws {
        var generator = SplitMix(seed: seed)
        let chunk = [1, 13, .max].randomElement(using: &generator) ?? 1
        let (near, far) = InMemoryByteStream.pair(capacity: 512, chunkSize: chunk)
        let client = await NetRPCClient(over: near)
        let peer = FarEnd<NetRPCRequestHeader>(far)
        let calls = (0..<12).map { number in Task { await end(of: number, client) } }
        var allowed = calls.map { _ in [End]() }
        var ending: End?
        var waiting: [(sequence: UInt64, number: Int)] = []
        for _ in calls {
            let request = try await peer.next()
            let number = try MessagePackDecoder().decode(Int.self, from: request.body)
            waiting.append((request.header.sequence, number))
        }
        waiting.shuffle(using: &generator)
        while let call = waiting.popLast(), ending == nil {
            switch Int.random(in: 0...9, using: &generator) {
            case 0...3:
                allowed[call.number].append(.reply(call.number))
                try await peer.reply(call.sequence, .int(Int64(call.number)))
            case 4, 5:
                allowed[call.number].append(.error("no \(call.number)"))
                try await peer.reply(call.sequence, error: "no \(call.number)")
            case 6:
                calls[call.number].cancel()
                allowed[call.number].append(.cancelled)
                allowed[call.number].append(.reply(-1))
                // Late, or just in time.
                try await peer.reply(call.sequence, -1)
            case 7:
                allowed[call.number].append(.reply(call.number))
                try await peer.reply(call.sequence, .int(Int64(call.number)))
                try await peer.reply(call.sequence, error: "twice")
            case 8:
                try await peer.reply(1000, 5)
                waiting.insert(call, at: 0)
            default:
                ending = .lost
                await end(client, far, way: Int.random(in: 0...2, using: &generator))
            }
        }
        for (number, call) in calls.enumerated() {
            let end = await call.value
            // A reply that was still on its way when the stream ended is lost with it.
            let mayBe = allowed[number] + (ending.map { [$0] } ?? [])
            #expect(mayBe.contains(end), "seed \(seed), call \(number)")
        }
        await client.close()
    }

    private func end(_ client: NetRPCClient, _ far: InMemoryByteStream, way: Int) async {
        switch way {
        case 0: await client.close()
        case 1: await far.close()
        default: try? await far.write([0xc1])
        }
    }

    private func end(of number: Int, _ client: NetRPCClient) async -> End {
        do {
            return .reply(try await client.call("A.B", number, returning: Int.self))
        } catch is CancellationError {
            return .cancelled
        } catch let error as NetRPCError where error.code == .server {
            return .error(error.message)
        } catch {
            return .lost
        }
    }

    @Test func `carries many calls between a client and a server of ours`() async throws {
        let (near, far) = InMemoryByteStream.pair(capacity: 1000, chunkSize: 100)
        let server = NetRPCServer()
        try await server.register("Echo.Text") { (text: String) in text }
        let serving = Task { try await server.serve(far) }
        let client = await NetRPCClient(over: near)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<FuzzScale.rounds(500, full: 100_000) {
                if number >= 300 { try await group.next() }
                group.addTask {
                    let text = String(repeating: "\(number) ", count: number % 50)
                    let echo = try await client.call("Echo.Text", text, returning: String.self)
                    #expect(echo == text)
                }
            }
            try await group.waitForAll()
        }
        await client.close()
        try await serving.value
    }
}
