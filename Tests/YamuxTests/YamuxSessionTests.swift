import ByteStreams
import Testing

@testable import Yamux

@Suite(.timeLimit(.minutes(5))) struct YamuxSessionTests {
    @Test(arguments: [1, 5, 12, .max])
    func `carries bytes both ways at once, however little the connection passes`(
        chunkSize: Int
    ) async throws {
        let pair = await SessionPair.make(chunkSize: chunkSize)
        let stream = try await pair.stream()
        let sent = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        func exchange(_ end: YamuxStream) async throws -> [UInt8] {
            async let writing: Void = {
                try await end.write(sent)
                try await end.finishWriting()
            }()
            let got = try await end.readAll()
            try await writing
            return got
        }
        async let there = exchange(stream.client)
        #expect(try await exchange(stream.server) == sent)
        #expect(try await there == sent)
        #expect(try await stream.client.read(upTo: 1) == nil)
        await pair.close()
    }

    @Test func `a number is not used again while the application has its stream`() async throws {
        let peer = await RawPeer.make(.server)
        try await peer.wire.write(Wire.update(1, .syn) + Wire.update(1, .fin))
        let stream = try await peer.session.accept()
        #expect(try await stream.readAll().isEmpty)
        await stream.close()
        while await peer.session.streamCount > 0 { await Task.yield() }
        try await peer.wire.write(Wire.update(1, .syn))
        // What is read of a new stream would come from this one.
        await #expect(throws: YamuxError.protocolViolation(.duplicate(1))) {
            try await peer.session.accept()
        }
        withExtendedLifetime(stream) {}
        await peer.session.close()
    }

    @Test func `both sides open streams`() async throws {
        let pair = await SessionPair.make()
        let fromClient = try await pair.client.open()
        let fromServer = try await pair.server.open()
        #expect(fromClient.number == 1)
        #expect(fromServer.number == 2)
        #expect(try await pair.server.accept().number == 1)
        #expect(try await pair.client.accept().number == 2)
        await pair.close()
    }

    @Test func `a writer waits while nobody reads, and other streams go on`() async throws {
        let pair = await SessionPair.make()
        let full = try await pair.stream()
        let other = try await pair.stream()
        let bytes = [UInt8](repeating: 1, count: 262_145)
        let writing = Task { try await full.client.write(bytes) }
        for round in 0..<100 {
            try await other.client.write([UInt8](repeating: UInt8(round), count: 10_000))
            #expect(try await other.server.read(exactly: 10_000).first == UInt8(round))
        }
        while await full.server.unread < 262_144 { await Task.yield() }
        #expect(await pair.client.state.isWriting(StreamID(rawValue: 1)))
        #expect(try await full.server.read(exactly: 262_145) == bytes)
        try await writing.value
        await pair.close()
    }

    @Test func `what was read is given back, so that a stream never ends`() async throws {
        let pair = await SessionPair.make()
        let stream = try await pair.stream()
        async let got = stream.server.readAll()
        let piece = [UInt8](repeating: 9, count: 100_000)
        for _ in 0..<20 { try await stream.client.write(piece) }
        try await stream.client.finishWriting()
        #expect(try await got.count == 2_000_000)
        await pair.close()
    }

    @Test func `the peer goes on writing after this side has finished`() async throws {
        let pair = await SessionPair.make()
        let stream = try await pair.stream()
        try await stream.client.finishWriting()
        #expect(try await stream.server.read(upTo: 1) == nil)
        try await stream.server.write([1, 2, 3])
        try await stream.server.finishWriting()
        #expect(try await stream.client.readAll() == [1, 2, 3])
        await #expect(throws: ByteStreamError.closed) { try await stream.client.write([1]) }
        await pair.close()
    }

    @Test func `closing ends waiting calls, and the peer reads to the end`() async throws {
        let pair = await SessionPair.make()
        let stream = try await pair.stream()
        try await stream.client.write([1])
        let reading = Task { try await stream.client.read(upTo: 1) }
        await stream.client.close()
        await #expect(throws: ByteStreamError.closed) { try await reading.value }
        await #expect(throws: ByteStreamError.closed) { try await stream.client.write([1]) }
        await #expect(throws: ByteStreamError.closed) { try await stream.client.finishWriting() }
        #expect(try await stream.server.readAll() == [1])
        await stream.server.close()
        while await pair.client.streamCount > 0 { await Task.yield() }
        #expect(await pair.server.streamCount == 0)
        await pair.close()
    }

    @Test func `a reset ends what waits on both sides`() async throws {
        let pair = await SessionPair.make()
        let stream = try await pair.stream()
        let reading = Task { try await stream.server.read(upTo: 1) }
        let writing = Task {
            try await stream.server.write([UInt8](repeating: 0, count: 300_000))
        }
        while await !pair.server.state.isWriting(StreamID(rawValue: 1)) { await Task.yield() }
        await stream.client.reset()
        await #expect(throws: ByteStreamError.reset("the peer reset it")) {
            try await reading.value
        }
        await #expect(throws: ByteStreamError.reset("the peer reset it")) {
            try await writing.value
        }
        await #expect(throws: ByteStreamError.closed) { try await stream.client.read(upTo: 1) }
        await stream.server.close()
        #expect(await pair.server.streamCount == 0)
        await pair.close()
    }

    @Test func `a stream that is dropped is reset`() async throws {
        let pair = await SessionPair.make()
        var dropped: YamuxStream? = try await pair.client.open()
        let accepted = try await pair.server.accept()
        #expect(dropped?.number == 1)
        dropped = nil
        await #expect(throws: ByteStreamError.self) { try await accepted.read(upTo: 1) }
        #expect(await pair.client.streamCount == 0)
        await pair.close()
    }

    @Test func `pings are answered while handlers are busy`() async throws {
        let pair = await SessionPair.make()
        let stream = try await pair.stream()
        // Nobody accepts, nobody reads, and every window is full.
        _ = try await pair.client.open()
        let writing = Task {
            try await stream.client.write([UInt8](repeating: 0, count: 1_000_000))
        }
        for _ in 0..<100 { #expect(try await pair.client.ping() > .zero) }
        #expect(try await pair.server.ping() > .zero)
        await pair.close()
        await #expect(throws: YamuxError.closed) { try await writing.value }
    }

    @Test func `after a go-away no stream is opened, and open ones go on`() async throws {
        let pair = await SessionPair.make()
        let stream = try await pair.stream()
        try await pair.server.goAway()
        _ = try await pair.server.ping()
        await #expect(throws: YamuxError.peerWentAway) { try await pair.client.open() }
        try await stream.client.write([1])
        #expect(try await stream.server.read(upTo: 1) == [1])
        let back = try await pair.server.open()
        #expect(try await pair.client.accept().number == back.number)
        await pair.close()
    }

    @Test func `an opener waits for answers, and a go-away wakes all who wait`() async throws {
        var configuration = YamuxConfiguration()
        configuration.acceptBacklog = 2
        let pair = await SessionPair.make(configuration)
        let held = [try await pair.client.open(), try await pair.client.open()]
        // Which of the three comes first is the scheduler's choice.
        await withTaskGroup(of: Result<YamuxStream, any Error>.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    do { return .success(try await pair.client.open()) } catch {
                        return .failure(error)
                    }
                }
            }
            do {
                _ = try await pair.client.ping()
                #expect(try await pair.server.accept().number == held[0].number)
                let opened = try await group.next()?.get()
                #expect(opened?.number == 5)
                try await pair.server.goAway()
                for await waiter in group {
                    #expect(throws: YamuxError.peerWentAway) { try waiter.get() }
                }
            } catch { Issue.record(error) }
        }
        await pair.close()
    }

    @Test func `there are as many streams as there may be`() async throws {
        var configuration = YamuxConfiguration()
        configuration.maximumStreams = 3
        let pair = await SessionPair.make(configuration)
        var held: [YamuxStream] = []
        for _ in 0..<3 { held.append(try await pair.client.open()) }
        await #expect(throws: YamuxError.tooManyStreams(3)) { try await pair.client.open() }
        for _ in 0..<3 { try await pair.server.accept().close() }
        for stream in held { await stream.close() }
        while await pair.client.streamCount > 0 { await Task.yield() }
        #expect(try await pair.client.open().number == 7)
        await pair.close()
    }

    @Test func `what was written before closing still arrives`() async throws {
        let pair = await SessionPair.make()
        let stream = try await pair.stream()
        try await stream.client.write([1, 2, 3])
        try await stream.client.finishWriting()
        await pair.client.close()
        #expect(try await stream.server.readAll() == [1, 2, 3])
        await #expect(throws: YamuxError.peerClosed) { try await pair.server.accept() }
    }

    @Test func `a session that is dropped closes its connection`() async throws {
        let (near, far) = InMemoryByteStream.pair()
        var session: YamuxSession? = await .start(over: near, as: .client)
        _ = try await session?.open()
        session = nil
        while try await far.read(upTo: 100) != nil {}
        #expect(session == nil)
    }
}

extension YamuxStream {
    /// How many bytes wait to be read.
    var unread: Int {
        get async { await session.state.streams[id]?.inbound.count ?? 0 }
    }
}
