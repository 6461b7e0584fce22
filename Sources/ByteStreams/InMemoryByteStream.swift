/// One end of a connected pair of streams in memory; for tests and for parts of one process.
///
/// Each direction holds at most a fixed number of bytes: a writer waits while the other end does
/// not read.
public final class InMemoryByteStream: ByteStream {
    private let incoming: BytePipe
    private let outgoing: BytePipe

    private init(incoming: BytePipe, outgoing: BytePipe) {
        self.incoming = incoming
        self.outgoing = outgoing
    }

    /// Two ends; what one writes the other reads.
    ///
    /// - Parameters:
    ///   - capacity: How many bytes each direction holds before a writer waits; at least 1.
    ///   - chunkSize: The most that one read gives, to play a transport that passes little at once.
    /// - Returns: The two ends.
    public static func pair(
        capacity: Int = 262_144,
        chunkSize: Int = .max
    ) -> (InMemoryByteStream, InMemoryByteStream) {
        let there = BytePipe(capacity: max(1, capacity), chunkSize: max(1, chunkSize))
        let back = BytePipe(capacity: max(1, capacity), chunkSize: max(1, chunkSize))
        return (
            InMemoryByteStream(incoming: back, outgoing: there),
            InMemoryByteStream(incoming: there, outgoing: back)
        )
    }

    /// The next bytes that the other end wrote, or `nil` once it has finished.
    public func read(upTo count: Int) async throws -> [UInt8]? {
        try await incoming.read(upTo: count)
    }

    /// Writes to the other end; waits while it holds too much unread.
    public func write(_ bytes: [UInt8]) async throws {
        try await outgoing.write(bytes)
    }

    /// Whether a write waits for the other end to read; for tests.
    package var isWriteWaiting: Bool {
        get async { await outgoing.isWriterWaiting }
    }

    /// Lets the other end read to its end.
    public func finishWriting() async throws {
        await outgoing.finish()
    }

    /// Ends both directions; the other end reads what is there, then its end.
    public func close() async {
        await incoming.close()
        await outgoing.finish()
    }
}

/// One direction of a pair.
private actor BytePipe {
    private let capacity: Int
    private let chunkSize: Int
    private var bytes: [UInt8] = []
    private var isFinished = false
    private var isClosed = false
    private var waiters: [Side: CheckedContinuation<Void, Never>] = [:]

    private enum Side {
        case reader, writer
    }

    var isWriterWaiting: Bool { waiters[.writer] != nil }

    init(capacity: Int, chunkSize: Int) {
        self.capacity = capacity
        self.chunkSize = chunkSize
    }

    func read(upTo count: Int) async throws -> [UInt8]? {
        while bytes.isEmpty {
            guard !isClosed else { throw ByteStreamError.closed }
            guard !isFinished else { return nil }
            try await wait(.reader)
        }
        let taken = Array(bytes.prefix(min(max(1, count), chunkSize)))
        bytes.removeFirst(taken.count)
        wake(.writer)
        return taken
    }

    func write(_ more: [UInt8]) async throws {
        var rest = more[...]
        while !rest.isEmpty {
            guard !isFinished, !isClosed else { throw ByteStreamError.closed }
            let room = capacity - bytes.count
            if room > 0 {
                bytes += rest.prefix(room)
                rest = rest.dropFirst(room)
                wake(.reader)
            } else {
                try await wait(.writer)
            }
        }
    }

    func finish() {
        isFinished = true
        wake(.reader)
        wake(.writer)
    }

    func close() {
        isClosed = true
        bytes = []
        wake(.reader)
        wake(.writer)
    }

    private func wait(_ side: Side) async throws {
        try Task.checkCancellation()
        precondition(waiters[side] == nil, "one task reads and one writes at a time")
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiters[side] = $0 }
        } onCancel: {
            // Runs on the actor after the continuation was stored, even if it fires before.
            Task { await self.wakeBoth() }
        }
        try Task.checkCancellation()
    }

    private func wakeBoth() {
        wake(.reader)
        wake(.writer)
    }

    private func wake(_ side: Side) {
        waiters.removeValue(forKey: side)?.resume()
    }
}
