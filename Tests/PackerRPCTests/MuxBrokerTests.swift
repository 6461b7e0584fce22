import ByteStreams
import PackerRPC
import Testing
import Yamux

@Suite(.timeLimit(.minutes(2))) struct MuxBrokerTests {
    /// Two brokers, or one and the bare session of its peer.
    private func pair(
        _ limits: MuxBroker.Limits = .init()
    ) async -> (host: MuxBroker, plugin: MuxBroker) {
        let (near, far) = InMemoryByteStream.pair()
        let host = await YamuxSession.start(over: near, as: .client)
        let plugin = await YamuxSession.start(over: far, as: .server)
        return (
            await MuxBroker(over: host, limits: limits),
            await MuxBroker(over: plugin, limits: limits)
        )
    }

    private func withPeer(
        _ limits: MuxBroker.Limits = .init(),
        _ body: (MuxBroker, YamuxSession) async throws -> Void
    ) async throws {
        let (near, far) = InMemoryByteStream.pair()
        let broker = await MuxBroker(
            over: await .start(over: near, as: .client),
            limits: limits
        )
        let peer = await YamuxSession.start(over: far, as: .server)
        try await body(broker, peer)
        await broker.close()
        await peer.close()
    }

    @Test func `trap 4: numbers are little-endian and each side has its own`() async throws {
        let (host, plugin) = await pair()
        let (ours, theirs) = (await host.reserve(), await plugin.reserve())
        #expect(ours.id == 1 && theirs.id == 1)
        async let dialled = plugin.dial(1)
        let accepted = try await ours.accept()
        try await accepted.write([7])
        #expect(try await dialled.read(upTo: 1) == [7])
        async let other = host.dial(1)
        let back = try await theirs.accept()
        try await back.write([8])
        #expect(try await other.read(upTo: 1) == [8])
        await host.close()
        await plugin.close()
    }

    @Test func `writes the number as Packer does and waits for it to come back`() async throws {
        try await withPeer { broker, peer in
            async let dialled = broker.dial(0x0403_0201)
            let stream = try await peer.accept()
            var id: [UInt8] = []
            while id.count < 4, let more = try await stream.read(upTo: 4) { id += more }
            #expect(id == [1, 2, 3, 4])
            try await stream.write(id)
            _ = try await dialled
        }
    }

    @Test func `trap 1: a stream that comes before it is awaited is kept`() async throws {
        let (host, plugin) = await pair()
        let line = await host.reserve()
        _ = try await plugin.dial(line.id)
        _ = try await line.accept()
        await host.close()
        await plugin.close()
    }

    @Test func `another number than the one that was dialled is an error`() async throws {
        try await withPeer { broker, peer in
            async let dialled = broker.dial(5)
            let stream = try await peer.accept()
            try await stream.write([6, 0, 0, 0])
            do {
                _ = try await dialled
                Issue.record("the stream was taken")
            } catch let error as PackerRPCError {
                #expect(error.code == .protocolViolation)
            }
        }
    }

    @Test func `a number that nobody takes, and one that nobody opens, end in time`() async throws {
        var limits = MuxBroker.Limits()
        limits.dialTime = .milliseconds(50)
        limits.acceptTime = .milliseconds(50)
        try await withPeer(limits) { broker, _ in
            for wait in [
                { _ = try await broker.dial(9) }, { _ = try await broker.reserve().accept() },
            ] as [() async throws -> Void] {
                do {
                    try await wait()
                    Issue.record("it came")
                } catch let error as PackerRPCError {
                    #expect(error.code == .brokerTimeout)
                }
            }
        }
    }

    @Test func `a stream with a number that was never given out is cut off`() async throws {
        var limits = MuxBroker.Limits()
        limits.acceptTime = .milliseconds(50)
        try await withPeer(limits) { _, peer in
            let stream = try await peer.open()
            try await stream.write([99, 0, 0, 0])
            #expect(try await stream.read(upTo: 4) == nil)
        }
    }

    @Test func `who waits is told when the connection is gone`() async throws {
        try await withPeer { broker, peer in
            let line = await broker.reserve()
            async let waiting = line.accept()
            await peer.close()
            do {
                _ = try await waiting
                Issue.record("it came")
            } catch let error as PackerRPCError {
                #expect(error.code == .connectionLost)
            }
        }
    }

    @Test func `a cancelled wait throws, and the number is free`() async throws {
        try await withPeer { broker, _ in
            let line = await broker.reserve()
            let waiting = Task { try await line.accept() }
            waiting.cancel()
            await #expect(throws: CancellationError.self) { _ = try await waiting.value }
        }
    }
}
