import ByteStreams
import Testing

@testable import Yamux

/// Nobody is left hanging, whatever happens to the session.
@Suite(.timeLimit(.minutes(5))) struct YamuxSessionEndTests {
    /// Everything that can wait, waiting.
    private struct Waiting {
        let reading: Task<[UInt8]?, any Error>
        let writing: Task<Void, any Error>
        let accepting: Task<YamuxStream, any Error>
        let opening: Task<YamuxStream, any Error>
        let pinging: Task<Duration, any Error>
        let held: [YamuxStream]

        init(on peer: RawPeer) async throws {
            let session = peer.session
            let stream = try await session.open()
            held = [stream]
            reading = Task { try await stream.read(upTo: 1) }
            writing = Task { try await stream.write([UInt8](repeating: 0, count: 300_000)) }
            accepting = Task { try await session.accept() }
            opening = Task { try await session.open() }
            pinging = Task { try await session.ping() }
            while await session.waiterCount < 5 { await Task.yield() }
        }

        func expectAll(_ error: YamuxError) async {
            await #expect(throws: error) { try await reading.value }
            await #expect(throws: error) { try await writing.value }
            await #expect(throws: error) { try await accepting.value }
            await #expect(throws: error) { try await opening.value }
            await #expect(throws: error) { try await pinging.value }
        }
    }

    private var oneAtATime: YamuxConfiguration {
        var configuration = YamuxConfiguration()
        configuration.acceptBacklog = 1
        return configuration
    }

    @Test func `everyone who waits ends when the peer closes the connection`() async throws {
        let peer = await RawPeer.make(.client, oneAtATime)
        let waiting = try await Waiting(on: peer)
        await peer.wire.close()
        await waiting.expectAll(.peerClosed)
        await #expect(throws: YamuxError.peerClosed) { try await peer.session.open() }
        await peer.session.close()
    }

    @Test func `everyone who waits ends when the session is closed`() async throws {
        let peer = await RawPeer.make(.client, oneAtATime)
        let waiting = try await Waiting(on: peer)
        await peer.session.close()
        await waiting.expectAll(.closed)
        #expect(try await peer.rest().count > 0)
    }

    @Test func `everyone who waits ends when the peer breaks the protocol, and it is told`()
        async throws
    {
        let peer = await RawPeer.make(.client, oneAtATime)
        let waiting = try await Waiting(on: peer)
        try await peer.wire.write([9] + [UInt8](repeating: 0, count: 11))
        await waiting.expectAll(.protocolViolation(.version(9)))
        let last = try Wire.headers(await peer.rest()).last
        #expect(last == FrameHeader(.goAway, length: 1))
    }

    @Test(arguments: [GoAwayReason.protocolError, .internalError])
    func `everyone who waits ends when the peer ends the session`(reason: GoAwayReason)
        async throws
    {
        let peer = await RawPeer.make(.client, oneAtATime)
        let waiting = try await Waiting(on: peer)
        try await peer.wire.write(Wire.frame(.goAway, length: reason.rawValue))
        await waiting.expectAll(.peerFailed(reason))
        _ = try await peer.rest()
    }

    @Test func `everyone who waits ends when the connection ends within a frame`() async throws {
        let peer = await RawPeer.make(.client, oneAtATime)
        let waiting = try await Waiting(on: peer)
        try await peer.wire.write(Array(Wire.update(1, .ack).dropLast()))
        try await peer.wire.finishWriting()
        await waiting.expectAll(.connectionLost("it ended within a frame"))
    }

    @Test func `everyone who waits ends when the peer does not read`() async throws {
        let clock = ManualClock()
        var configuration = oneAtATime
        configuration.keepAliveInterval = nil
        let peer = await RawPeer.make(.client, configuration, capacity: 100, clock: clock)
        let waiting = try await Waiting(on: peer)
        await peer.untilStuck()
        await clock.reach(.seconds(10))
        await waiting.expectAll(.writeTimedOut(.seconds(10)))
        await peer.session.close()
    }

    @Test func `a reader on the other side ends when this side's writes stall`() async throws {
        // GHSA-29qp-crvh-w22m: in Go a write that times out leaves the connection open, and the
        // peer's reader waits for ever.
        let clock = ManualClock()
        let (near, far) = InMemoryByteStream.pair(capacity: 1000)
        let stalled = StallingStream(far)
        let writer = await YamuxSession.start(over: near, as: .client, clock: clock)
        // Its clock stands still: only the writer's deadline is to pass.
        let reader = await YamuxSession.start(over: stalled, as: .server, clock: ManualClock())
        let stream = try await writer.open()
        try await stream.write([1])
        let accepted = try await reader.accept()
        #expect(try await accepted.read(upTo: 1) == [1])
        let reading = Task { try await accepted.read(exactly: 200_000) }
        await stalled.stall()
        let writing = Task { try await stream.write([UInt8](repeating: 2, count: 200_000)) }
        while await !near.isWriteWaiting { await Task.yield() }
        await clock.reach(.seconds(10))
        await #expect(throws: YamuxError.writeTimedOut(.seconds(10))) {
            try await writing.value
            // The write may have been taken whole before the connection stalled.
            _ = try await stream.read(upTo: 1)
        }
        await writer.close()
        await stalled.resume()
        await #expect(throws: YamuxError.self) { try await reading.value }
        await reader.close()
    }

    @Test func `a peer that does not answer a keepalive is given up`() async throws {
        let clock = ManualClock()
        let peer = await RawPeer.make(.client, clock: clock)
        let accepting = Task { try await peer.session.accept() }
        await clock.reach(.seconds(30))
        #expect(try await peer.header() == FrameHeader(.ping, .syn))
        try await peer.wire.write(Wire.frame(.ping, .ack))
        while await !peer.session.pings.isEmpty { await Task.yield() }
        await peer.untilWritten()
        await clock.reach(.seconds(40))
        await clock.reach(.seconds(60))
        #expect(try await peer.header() == FrameHeader(.ping, .syn, length: 1))
        await peer.untilWritten()
        await clock.reach(.seconds(70))
        await #expect(throws: YamuxError.keepAliveTimedOut(.seconds(10))) {
            try await accepting.value
        }
        #expect(try await peer.rest().isEmpty)
    }

    @Test func `a peer that still sends is alive, however late its answer`() async throws {
        let clock = ManualClock()
        let peer = await RawPeer.make(.server, clock: clock)
        await clock.reach(.seconds(30))
        #expect(try await peer.header().kind == .ping)
        await peer.untilWritten()
        await clock.waitForSleeper(until: .seconds(40))
        clock.set(.seconds(36))
        try await peer.wire.write(Wire.update(1, .syn) + Wire.data(1, [], [5]))
        let stream = try await peer.session.accept()
        await peer.untilWritten()
        await clock.reach(.seconds(40))
        await clock.waitForSleeper(until: .seconds(46))
        #expect(try await stream.read(upTo: 1) == [5])
        clock.set(.seconds(46))
        await #expect(throws: YamuxError.keepAliveTimedOut(.seconds(10))) {
            try await stream.read(upTo: 1)
        }
    }

    @Test func `a stream that the peer never accepts is given up, and the session goes on`()
        async throws
    {
        let clock = ManualClock()
        var configuration = oneAtATime
        configuration.keepAliveInterval = nil
        let peer = await RawPeer.make(.client, configuration, clock: clock)
        let stream = try await peer.session.open()
        let reading = Task { try await stream.read(upTo: 1) }
        let next = Task { try await peer.session.open() }
        #expect(try await peer.header().flags == .syn)
        await peer.untilWritten()
        await clock.reach(.seconds(10))
        await clock.reach(.seconds(75))
        await #expect(throws: ByteStreamError.self) { try await reading.value }
        #expect(try await next.value.number == 3)
        #expect(try await peer.header().flags == .rst)
        await peer.session.close()
    }

    @Test func `the last words of a peer that reads no more are heard`() async throws {
        let (near, far) = InMemoryByteStream.pair()
        let session = await YamuxSession.start(over: near, as: .server)
        try await far.write(Wire.update(1, .syn))
        let stream = try await session.accept()
        // The connection takes nothing from here on, and the write finds that out first.
        try await near.finishWriting()
        try? await stream.write([1])
        try await far.write(Wire.data(1, .fin, [7]))
        #expect(try await stream.readAll() == [7])
        await far.close()
        await #expect(throws: YamuxError.self) { try await session.accept() }
        await session.close()
    }

    @Test func `a ping flood from a peer that does not read ends by the write timeout`()
        async throws
    {
        let clock = ManualClock()
        let peer = await RawPeer.make(.server, capacity: 1000, clock: clock)
        let flood = (0..<100_000).flatMap { Wire.frame(.ping, .syn, length: UInt32($0)) }
        let flooding = Task { try await peer.wire.write(flood) }
        while await !peer.session.state.wantsPause { await Task.yield() }
        #expect(await peer.session.state.outbox.count < 2 * YamuxConfiguration.pauseBytes)
        await peer.untilStuck()
        await clock.reach(.seconds(10))
        await #expect(throws: YamuxError.writeTimedOut(.seconds(10))) {
            try await peer.session.accept()
        }
        await #expect(throws: ByteStreamError.closed) { try await flooding.value }
    }

    @Test func `a ping flood from a peer that reads is answered, each ping once`() async throws {
        // On a slow machine this takes longer than the session waits for its own question.
        var configuration = YamuxConfiguration()
        configuration.keepAliveInterval = nil
        let peer = await RawPeer.make(.server, configuration, capacity: 65_536)
        let flood = (0..<100_000).flatMap { Wire.frame(.ping, .syn, length: UInt32($0)) }
        async let flooding: Void = peer.wire.write(flood)
        let answers = try Wire.headers(await peer.read(flood.count))
        try await flooding
        let isEachAnswered = answers.map(\.length).elementsEqual(0..<100_000)
        #expect(isEachAnswered)
        #expect(answers.allSatisfy { $0.kind == .ping && $0.flags == .ack })
        await peer.session.close()
    }
}

/// A connection whose reader can be held still.
private actor StallingStream: ByteStream {
    private let stream: InMemoryByteStream
    private var isStalled = false
    private var waiting: CheckedContinuation<Void, Never>?

    init(_ stream: InMemoryByteStream) {
        self.stream = stream
    }

    func stall() {
        isStalled = true
    }

    func resume() {
        isStalled = false
        waiting?.resume()
        waiting = nil
    }

    func read(upTo count: Int) async throws -> [UInt8]? {
        let bytes = try await stream.read(upTo: count)
        if isStalled { await withCheckedContinuation { waiting = $0 } }
        return bytes
    }

    func write(_ bytes: [UInt8]) async throws {
        try await stream.write(bytes)
    }

    func finishWriting() async throws {
        try await stream.finishWriting()
    }

    func close() async {
        await stream.close()
    }
}

extension YamuxSession {
    /// How many calls wait.
    var waiterCount: Int { waiting.values.reduce(0) { $0 + $1.count } }
    /// Whether the connection has taken everything, so that no write has a deadline.
    var isWritten: Bool { !state.hasOutput && writeDeadline == nil }
}
