import ByteStreams

@testable import Yamux

/// Two sessions back to back.
struct SessionPair {
    let client: YamuxSession
    let server: YamuxSession

    /// Connects two sessions in memory.
    static func make(
        _ configuration: YamuxConfiguration = .init(),
        chunkSize: Int = .max
    ) async -> SessionPair {
        let (one, other) = InMemoryByteStream.pair(chunkSize: chunkSize)
        return SessionPair(
            client: await .start(over: one, as: .client, configuration: configuration),
            server: await .start(over: other, as: .server, configuration: configuration)
        )
    }

    /// A stream, seen from the client and from the server.
    func stream() async throws -> (client: YamuxStream, server: YamuxStream) {
        async let accepted = server.accept()
        return (try await client.open(), try await accepted)
    }

    func close() async {
        await client.close()
        await server.close()
    }
}

/// A session whose peer is the test itself.
struct RawPeer {
    let session: YamuxSession
    let wire: InMemoryByteStream
    /// The session's end of the wire.
    private let near: InMemoryByteStream

    /// Begins a session over a connection that takes `capacity` bytes before the test reads.
    static func make(
        _ role: YamuxRole = .server,
        _ configuration: YamuxConfiguration = .init(),
        capacity: Int = 1_048_576,
        clock: any Clock<Duration> = ContinuousClock()
    ) async -> RawPeer {
        let (near, far) = InMemoryByteStream.pair(capacity: capacity)
        let session = await YamuxSession.start(
            over: near,
            as: role,
            configuration: configuration,
            clock: clock
        )
        return RawPeer(session: session, wire: far, near: near)
    }

    /// Waits until the session waits for this side to read.
    func untilStuck() async {
        while await !near.isWriteWaiting { await Task.yield() }
    }

    /// Waits until the session has written everything, so that no write has a deadline.
    func untilWritten() async {
        while await !session.isWritten { await Task.yield() }
    }

    /// Reads exactly `count` bytes of what the session wrote, or what there is before its end.
    func read(_ count: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count, let more = try await wire.read(upTo: count - bytes.count) {
            bytes += more
        }
        return bytes
    }

    /// Reads the next header.
    func header() async throws -> FrameHeader {
        try FrameHeader(await read(FrameHeader.size))
    }

    /// Reads until the session closes the connection.
    func rest() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let more = try await wire.read(upTo: 65_536) { bytes += more }
        return bytes
    }
}

extension ByteStream {
    /// Everything up to the end.
    func readAll() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let more = try await read(upTo: 65_536) { bytes += more }
        return bytes
    }

    /// Exactly `count` bytes, or fewer at the end.
    func read(exactly count: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count, let more = try await read(upTo: count - bytes.count) {
            bytes += more
        }
        return bytes
    }
}
