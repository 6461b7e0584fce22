import ByteStreams
import MessagePack
import NetRPC

/// The peer of a client or a server, played by a test.
actor FarEnd<Incoming: NetRPCHeader> {
    struct Ended: Error {}

    let stream: InMemoryByteStream
    private var parser = NetRPCMessageParser<Incoming>()

    init(_ stream: InMemoryByteStream) { self.stream = stream }

    /// The next message that the other side sends.
    func next() async throws -> NetRPCMessage<Incoming> {
        while true {
            if let message = try parser.next() { return message }
            guard let bytes = try await stream.read(upTo: 4096) else { throw Ended() }
            parser.append(bytes)
        }
    }

    /// Waits for the other side to end the stream.
    func waitForEnd() async throws {
        while try await stream.read(upTo: 4096) != nil {}
    }

    func write(_ bytes: [UInt8]) async throws { try await stream.write(bytes) }
}

extension FarEnd where Incoming == NetRPCRequestHeader {
    /// Answers a request; a value in success, the empty map beside an error.
    func reply(
        _ sequence: UInt64,
        _ value: MessagePackValue = .nil,
        error: String = ""
    ) async throws {
        let header = NetRPCResponseHeader(serviceMethod: "A.B", sequence: sequence, error: error)
        let body = error.isEmpty ? value.encoded : [0x80]
        try await write(NetRPCMessage(header: header, body: body).encoded())
    }
}

extension FarEnd where Incoming == NetRPCResponseHeader {
    func request(
        _ serviceMethod: String,
        _ sequence: UInt64,
        _ value: MessagePackValue = .nil
    ) async throws {
        let header = NetRPCRequestHeader(serviceMethod: serviceMethod, sequence: sequence)
        try await write(NetRPCMessage(header: header, body: value.encoded).encoded())
    }
}

/// What happened, in order, for whoever waits for it.
actor Events {
    private var seen: Set<String> = []
    private var waiters: [(event: String, continuation: CheckedContinuation<Void, Never>)] = []

    func happens(_ event: String) {
        seen.insert(event)
        for waiter in waiters where waiter.event == event { waiter.continuation.resume() }
        waiters.removeAll { $0.event == event }
    }

    func has(_ event: String) -> Bool { seen.contains(event) }

    func wait(for event: String) async {
        guard !seen.contains(event) else { return }
        await withCheckedContinuation { waiters.append((event, $0)) }
    }
}

/// Waits as long as a task may: until it is cancelled.
func waitForCancellation() async throws {
    try await Task.sleep(for: .seconds(3600))
}

/// The error of a call that must fail.
func failure<Value: Sendable>(
    of body: @Sendable () async throws -> Value
) async -> (any Error)? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}
