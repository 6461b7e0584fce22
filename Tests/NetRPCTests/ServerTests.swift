import ByteStreams
import MessagePack
import NetRPC
import Testing

@Suite(.timeLimit(.minutes(2))) struct ServerTests {
    typealias Peer = FarEnd<NetRPCResponseHeader>

    /// A server at work on one end of a stream, and the other end.
    private func start(
        _ server: NetRPCServer,
        capacity: Int = 262_144,
        chunkSize: Int = .max
    ) -> (Task<Void, any Error>, Peer) {
        let (near, far) = InMemoryByteStream.pair(capacity: capacity, chunkSize: chunkSize)
        return (Task { try await server.serve(near) }, Peer(far))
    }

    @Test func `answers what it cannot find with Go's recorded bytes`() async throws {
        let server = NetRPCServer()
        try await server.register("Provisioner.Prepare") { (_: NetRPCNothing) in }
        let (task, peer) = start(server)
        // What a Go plugin said to the same requests, behind the broker's id.
        let recorded = try WireFiles.payloads("plugin-rpc-errors.p2h").filter { $0.stream == 1 }
        let calls = [(2, "Provisioner.Nope"), (3, "Builder.Prepare"), (4, "Nodot")]
        for (sequence, method) in calls {
            try await peer.request(method, UInt64(sequence))
            let reply = try await peer.next().encoded()
            #expect(recorded.contains { $0.bytes == reply }, "\(method)")
        }
        await peer.stream.close()
        try await task.value
    }

    @Test func `answers a call that returns nothing with Go's recorded bytes`() async throws {
        let server = NetRPCServer()
        let events = Events()
        try await server.register("Ui.Say") { (text: String) in await events.happens(text) }
        let (task, peer) = start(server, chunkSize: 1)
        try await peer.write(WireFiles.bytes("msg-ui-say.req"))
        #expect(try await peer.next().encoded() == WireFiles.bytes("msg-ui-say.rsp"))
        let said = "Provisioning with shell script: /tmp/packer-shell2322808438"
        #expect(await events.has(said))
        try await peer.stream.finishWriting()
        try await task.value
    }

    @Test func `works on requests at once, so that one can end another`() async throws {
        let server = NetRPCServer()
        let events = Events()
        try await server.register("Provisioner.Provision") { (_: NetRPCNothing) in
            await events.wait(for: "cancel")
            throw CancellationError()
        }
        try await server.register("Provisioner.Cancel") { (_: NetRPCNothing) in
            await events.happens("cancel")
        }
        let (task, peer) = start(server)
        try await peer.request("Provisioner.Provision", 1)
        try await peer.request("Provisioner.Cancel", 2)
        let replies = [try await peer.next(), try await peer.next()]
        let provision = replies.first { $0.header.sequence == 1 }
        #expect(provision?.header.error == "context canceled" && provision?.body == [0x80])
        let cancel = replies.first { $0.header.sequence == 2 }
        #expect(cancel?.header.error == "" && cancel?.body == [0xc0])
        await peer.stream.close()
        try await task.value
    }

    @Test func `sends the text of a handler's error, and never an empty one`() async throws {
        struct Silent: Error, CustomStringConvertible { var description: String { "" } }
        let server = NetRPCServer()
        try await server.register("A.Silent") { (_: NetRPCNothing) in throw Silent() }
        try await server.register("A.Relay") { (_: NetRPCNothing) in
            throw NetRPCError(.server, "no available tty", serviceMethod: "Ui.Ask")
        }
        try await server.register("A.Long") { (_: NetRPCNothing) in
            throw NetRPCError(.server, String(repeating: "é", count: 1 << 20))
        }
        let (task, peer) = start(server)
        try await peer.request("A.Silent", 1)
        #expect(try await peer.next().header.error == "the method failed and gave no reason")
        try await peer.request("A.Relay", 2)
        #expect(try await peer.next().header.error == "no available tty")
        try await peer.request("A.Long", 3)
        #expect(try await peer.next().header.error.utf8.count == NetRPCLimits.standard.errorSize)
        await peer.stream.close()
        try await task.value
    }

    @Test func `stays in step after arguments of another kind`() async throws {
        let server = NetRPCServer()
        try await server.register("A.Count") { (texts: [String]) in texts.count }
        let (task, peer) = start(server)
        try await peer.request("A.Count", 1, [["deep": ["er"]]])
        let reply = try await peer.next()
        #expect(reply.header.error.hasPrefix("msgpack decode error: MessagePack: [0]: found a map"))
        #expect(reply.body == [0x80])
        try await peer.request("A.Count", 2, ["x", "y"])
        #expect(try await peer.next().body == [2])
        await peer.stream.close()
        try await task.value
    }

    @Test func `answers both requests of one number`() async throws {
        let server = NetRPCServer()
        try await server.register("A.B") { (number: Int) in number }
        let (task, peer) = start(server)
        try await peer.request("A.B", 9, 1)
        try await peer.request("A.B", 9, 2)
        let bodies = [try await peer.next().body, try await peer.next().body]
        #expect(Set(bodies) == [[1], [2]])
        await peer.stream.close()
        try await task.value
    }

    @Test func `finds a service whose name has dots, while it is registered`() async throws {
        let server = NetRPCServer()
        try await server.register("Uiup.txt.ty9.Add") { (count: Int) in count + 1 }
        let (task, peer) = start(server)
        try await peer.request("Uiup.txt.ty9.Add", 1, 4)
        #expect(try await peer.next().body == [5])
        await server.unregister(service: "Uiup.txt.ty9")
        try await peer.request("Uiup.txt.ty9.Add", 2, 4)
        let error = try await peer.next().header.error
        #expect(error == "rpc: can't find service Uiup.txt.ty9.Add")
        await peer.stream.close()
        try await task.value
    }

    @Test func `refuses a name that is taken or has no dot`() async throws {
        let server = NetRPCServer()
        try await server.register("A.B") { (_: NetRPCNothing) in }
        for name in ["A.B", "B", ""] {
            let error = await failure { try await server.register(name) { (_: Int) in } }
            #expect((error as? NetRPCError)?.code == .registration)
        }
    }

    @Test func `cancels the handlers when the peer goes, and waits for them`() async throws {
        let server = NetRPCServer()
        let events = Events()
        try await server.register("A.B") { (_: NetRPCNothing) in
            await events.happens("started")
            defer { Task { await events.happens("ended") } }
            try await waitForCancellation()
        }
        let (task, peer) = start(server)
        try await peer.request("A.B", 1)
        await events.wait(for: "started")
        await peer.stream.close()
        try await task.value
        await events.wait(for: "ended")
    }

    @Test func `cancels the handlers when it is cancelled, and says so to the peer`() async throws {
        let server = NetRPCServer()
        let events = Events()
        try await server.register("A.B") { (_: NetRPCNothing) in
            await events.happens("started")
            try await waitForCancellation()
        }
        let (task, peer) = start(server)
        try await peer.request("A.B", 1)
        await events.wait(for: "started")
        task.cancel()
        #expect(try await peer.next().header.error == "context canceled")
        #expect(await failure { try await task.value } is CancellationError)
        try await peer.waitForEnd()
    }

    @Test func `sends the replies of handlers that end after the last request`() async throws {
        let server = NetRPCServer()
        let events = Events()
        try await server.register("A.B") { (_: NetRPCNothing) in
            await events.wait(for: "go")
            return 5
        }
        let (task, peer) = start(server)
        try await peer.request("A.B", 1)
        try await peer.stream.finishWriting()
        await events.happens("go")
        #expect(try await peer.next().body == [5])
        try await task.value
    }

    @Test func `does not wait for ever for a peer that takes no replies`() async throws {
        var limits = NetRPCLimits()
        limits.lastReplyTime = .milliseconds(50)
        let server = NetRPCServer(limits: limits)
        try await server.register("A.B") { (_: NetRPCNothing) in
            String(repeating: "x", count: 1000)
        }
        let (task, peer) = start(server, capacity: 100)
        for sequence: UInt64 in 0..<3 { try await peer.request("A.B", sequence) }
        try await peer.stream.finishWriting()
        try await task.value
    }

    @Test func `ends when it is cancelled though the peer takes no replies`() async throws {
        var limits = NetRPCLimits()
        limits.lastReplyTime = .milliseconds(50)
        limits.concurrentRequests = 2
        let server = NetRPCServer(limits: limits)
        let events = Events()
        try await server.register("A.B") { (number: Int) in
            await events.happens("called \(number)")
            return String(repeating: "x", count: 1000)
        }
        let (task, peer) = start(server, capacity: 100)
        for number in 0..<2 { try await peer.request("A.B", UInt64(number), .int(Int64(number))) }
        await events.wait(for: "called 0")
        await events.wait(for: "called 1")
        // Nobody takes the third: both tasks hold a reply that cannot leave.
        try await peer.request("A.B", 2, 2)
        task.cancel()
        let error = await failure { try await task.value }
        #expect(error is CancellationError || error is NetRPCError)
    }

    @Test func `refuses more requests at once than the limit, and hears the end all the same`()
        async throws
    {
        var limits = NetRPCLimits()
        limits.concurrentRequests = 2
        let server = NetRPCServer(limits: limits)
        let events = Events()
        try await server.register("A.B") { (number: Int) in
            await events.happens("started \(number)")
            await events.wait(for: "end \(number)")
            return number
        }
        let (task, peer) = start(server)
        for number in 0..<2 { try await peer.request("A.B", UInt64(number), .int(Int64(number))) }
        await events.wait(for: "started 0")
        await events.wait(for: "started 1")
        try await peer.request("A.B", 2, .int(2))
        let refusal = try await peer.next().header
        #expect(refusal.sequence == 2)
        #expect(refusal.error == "rpc: 2 calls are worked on already")
        await events.happens("end 1")
        #expect(try await peer.next().body == [1])
        // A place is free once the reply has left; until then requests are refused.
        await events.happens("end 9")
        var reply: NetRPCMessage<NetRPCResponseHeader>
        var sequence: UInt64 = 3
        repeat {
            try await peer.request("A.B", sequence, .int(9))
            reply = try await peer.next()
            sequence += 1
        } while !reply.header.error.isEmpty
        #expect(reply.body == [9])
        await events.happens("end 0")
        #expect(try await peer.next().body == [0])
        await peer.stream.close()
        try await task.value
    }

    @Test func `refuses requests whose arguments are too much with those it works on`() async throws
    {
        var limits = NetRPCLimits()
        limits.requestBytes = 100
        let server = NetRPCServer(limits: limits)
        let events = Events()
        try await server.register("A.B") { (bytes: [UInt8]) in
            await events.happens("started \(bytes.count)")
            await events.wait(for: "end")
            return bytes.count
        }
        let (task, peer) = start(server)
        // One alone may be larger than that.
        try await peer.request("A.B", 0, .binary([UInt8](repeating: 0, count: 200)))
        await events.wait(for: "started 200")
        try await peer.request("A.B", 1, .binary([1]))
        #expect(try await peer.next().header.error.contains("take 202 bytes already"))
        await events.happens("end")
        #expect(try await peer.next().header.sequence == 0)
        await peer.stream.close()
        try await task.value
    }
}
