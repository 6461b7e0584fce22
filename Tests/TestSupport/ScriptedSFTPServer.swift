public import ByteStreams

/// A stream whose far end is a script that plays an SFTP server, as hostile as the test wants.
public actor ScriptedSFTPServer: ByteStream {
    /// A request as it arrived.
    public struct Request: Sendable {
        /// The packet's type.
        public let type: UInt8
        /// The request's id.
        public let id: [UInt8]
        /// What follows the id.
        public let body: [UInt8]
    }

    /// What the far end does with a request.
    public enum Answer: Sendable {
        /// Sends these bytes as they are.
        case bytes([UInt8])
        /// Says nothing.
        case silence
        /// Sends these bytes and ends the stream.
        case hangUp([UInt8])
    }

    private let greeting: [UInt8]
    private let answer: @Sendable (Request) -> Answer
    private var received: [UInt8] = []
    private var hasGreeted = false
    private var pending: [UInt8] = []
    private var hasEnded = false
    private var isClosed = false
    private var reader: CheckedContinuation<Void, Never>?
    /// The requests so far, the greeting not counted.
    public private(set) var requests: [Request] = []
    private var watchers: [(count: Int, CheckedContinuation<Void, Never>)] = []

    /// VERSION 3 without extensions.
    public static let plainGreeting: [UInt8] = [0, 0, 0, 5, 2, 0, 0, 0, 3]

    /// A server that greets with `greeting` (raw bytes; empty for a silent one).
    public init(
        greeting: [UInt8] = ScriptedSFTPServer.plainGreeting,
        answer: @escaping @Sendable (Request) -> Answer = { _ in .silence }
    ) {
        self.greeting = greeting
        self.answer = answer
    }

    /// A packet with its length in front.
    public static func packet(_ type: UInt8, _ parts: [UInt8]...) -> [UInt8] {
        let body = [type] + parts.flatMap { $0 }
        return number(UInt32(body.count)) + body
    }

    /// A uint32 on the wire.
    public static func number(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
    }

    /// A string on the wire.
    public static func string(_ text: String) -> [UInt8] {
        number(UInt32(text.utf8.count)) + Array(text.utf8)
    }

    /// STATUS with this code.
    public static func status(_ code: UInt32, to request: Request, _ text: String = "") -> Answer {
        .bytes(packet(101, request.id, number(code), string(text), string("")))
    }

    /// See ``ByteStream``.
    public func read(upTo count: Int) async throws -> [UInt8]? {
        while pending.isEmpty {
            if isClosed { throw ByteStreamError.closed }
            if hasEnded { return nil }
            try Task.checkCancellation()
            await withTaskCancellationHandler {
                await withCheckedContinuation { reader = $0 }
            } onCancel: {
                Task { await self.wake() }
            }
        }
        defer { pending.removeFirst(min(count, pending.count)) }
        return Array(pending.prefix(count))
    }

    /// See ``ByteStream``.
    public func write(_ bytes: [UInt8]) async throws {
        if isClosed { throw ByteStreamError.closed }
        if hasEnded { throw ByteStreamError.reset("the script hung up") }
        received += bytes
        while received.count >= 4 {
            let length = received.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            guard received.count >= 4 + length else { break }
            take(Array(received[4..<(4 + length)]))
            received.removeFirst(4 + length)
        }
        wake()
    }

    /// See ``ByteStream``.
    public func finishWriting() async throws {}

    /// See ``ByteStream``.
    public func close() async {
        isClosed = true
        pending = []
        wake()
        for watcher in watchers { watcher.1.resume() }
        watchers = []
    }

    /// Sends bytes out of turn.
    public func send(_ bytes: [UInt8]) {
        pending += bytes
        wake()
    }

    /// Ends the stream, as a server that goes away does.
    public func hangUp() {
        hasEnded = true
        wake()
    }

    /// Waits until this many requests have come.
    public func waitForRequests(_ count: Int) async {
        guard requests.count < count, !isClosed else { return }
        await withCheckedContinuation { watchers.append((count, $0)) }
    }

    private func take(_ packet: [UInt8]) {
        guard hasGreeted else {
            hasGreeted = true
            pending += greeting
            return
        }
        let request = Request(
            type: packet[0],
            id: Array(packet[1..<5]),
            body: Array(packet.dropFirst(5))
        )
        requests.append(request)
        switch answer(request) {
        case .bytes(let bytes): pending += bytes
        case .silence: break
        case .hangUp(let bytes):
            pending += bytes
            hasEnded = true
        }
        let ready = watchers.filter { $0.count <= requests.count }
        watchers.removeAll { $0.count <= requests.count }
        for watcher in ready { watcher.1.resume() }
    }

    private func wake() {
        reader?.resume()
        reader = nil
    }
}
