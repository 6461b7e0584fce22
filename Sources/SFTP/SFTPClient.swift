package import ByteStreams
internal import Deadlines

/// Speaks SFTP version 3 over a stream: many requests in flight, one reader, one writer.
///
/// **Concurrency.** Any number of tasks may have requests out. The requests of one call leave in
/// their order, and calls leave in the order in which they reach the actor.
///
/// **Cancellation.** A cancelled caller throws `CancellationError` at once; its requests are still
/// carried out, their replies are dropped, and a handle that nobody waits for any more is closed.
/// The client stays good for others.
///
/// **Failure.** When the stream ends or the server breaks the protocol, every waiter gets that
/// error exactly once, and so does every later call. There are no deadlines beside the one for the
/// greeting: the keepalive of the connection below finds a dead peer.
///
/// **Ownership.** The client closes the stream: in ``close()``, at a failure, or when the last
/// reference goes.
package actor SFTPClient {
    /// What the server offers beside the draft.
    package nonisolated let extensions: Set<SFTPExtension>

    private let stream: any ByteStream
    private let bell: AsyncStream<Void>.Continuation
    private var tasks: [Task<Void, Never>] = []
    private var parser: SFTPPacketParser
    private var outbox = WireWriter()
    private var inFlight = RequestsInFlight<Pending>()
    private var batches: [UInt64: Batch] = [:]
    private var lastBatch: UInt64 = 0
    private var failure: SFTPError?
    private var knownLimits: SFTPLimits?
    /// How long a request took at the start, for choosing how many to keep in flight; 0 where the
    /// server has no limits to ask for.
    package private(set) var roundTrip = Duration.zero

    private struct Pending {
        let request: SFTPRequest
        let batch: UInt64
        let index: Int
    }

    private struct Batch {
        let continuation: CheckedContinuation<[SFTPReply], any Error>
        var replies: [SFTPReply?]
        var missing: Int
    }

    /// Begins the conversation over a stream that leads to an SFTP server.
    ///
    /// - Parameters:
    ///   - stream: The stream; the client's from now on.
    ///   - deadline: How long the server may take to greet, on a monotonic clock.
    /// - Returns: A client whose server has greeted.
    /// - Throws: ``SFTPError``: `.unsupported` for another version, `.protocolViolation` that quotes
    ///   what came instead of a greeting (a login shell that prints, say), `.connectionLost`,
    ///   `.deadlineExceeded`; `CancellationError`. The stream is closed then.
    package static func start(
        over stream: any ByteStream,
        deadline: Duration = .seconds(30)
    ) async throws -> SFTPClient {
        do {
            return try await withDeadline(
                deadline,
                throwing: SFTPError.deadlineExceeded(deadline)
            ) { try await greet(over: stream) }
        } catch {
            await stream.close()
            throw error
        }
    }

    private static func greet(over stream: any ByteStream) async throws -> SFTPClient {
        var parser = SFTPPacketParser()
        do {
            try await stream.write(SFTPRequest.initialPacket)
            while true {
                if let packet = try parser.next() {
                    guard case .greeting(let greeting) = packet else {
                        throw SFTPError.protocolViolation("a reply came before the greeting")
                    }
                    let client = SFTPClient(stream, parser, greeting)
                    await client.run()
                    try await client.askForLimits()
                    return client
                }
                guard let bytes = try await stream.read(upTo: 4096) else {
                    throw SFTPError.connectionLost("it ended before the server greeted")
                }
                parser.append(bytes)
            }
        } catch let error as ByteStreamError {
            throw SFTPError.connectionLost("\(error)")
        }
    }

    private let bells: AsyncStream<Void>

    private init(_ stream: any ByteStream, _ parser: SFTPPacketParser, _ greeting: SFTPGreeting) {
        self.stream = stream
        self.parser = parser
        self.extensions = greeting.extensions
        (self.bells, self.bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    deinit {
        bell.finish()
        for task in tasks { task.cancel() }
        // A deinitializer cannot wait, and nobody else is left who could close the stream.
        Task { [stream] in await stream.close() }
    }

    /// Whether the conversation is over, by ``close()`` or by a failure.
    package var isClosed: Bool { failure != nil }

    /// How large packets may be, as the server says or as the draft promises.
    package var limits: SFTPLimits { knownLimits ?? .minimal }

    /// Sends one request and waits for its reply.
    ///
    /// A status that is not OK is a reply too.
    package func request(_ request: SFTPRequest) async throws -> SFTPReply {
        guard let reply = try await self.request(batch: [request]).first else {
            throw SFTPError.closed
        }
        return reply
    }

    /// Sends requests back to back, in this order, and waits for all their replies.
    ///
    /// - Returns: The replies in the order of the requests. A status that is not OK is a reply too,
    ///   and does not keep the server from carrying out what follows.
    /// - Throws: ``SFTPError`` when the conversation is over; `CancellationError`.
    package func request(batch requests: [SFTPRequest]) async throws -> [SFTPReply] {
        if let failure { throw failure }
        try Task.checkCancellation()
        guard !requests.isEmpty else { return [] }
        lastBatch += 1
        let number = lastBatch
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                batches[number] = Batch(
                    continuation: continuation,
                    replies: Array(repeating: nil, count: requests.count),
                    missing: requests.count
                )
                for (index, request) in requests.enumerated() {
                    send(request, batch: number, index: index)
                }
                bell.yield()
            }
        } onCancel: {
            // The handler runs outside the actor; the batch may be over when this arrives.
            Task { await self.abandon(number) }
        }
    }

    /// Ends the conversation and closes the stream; waiting calls throw ``SFTPError/closed``.
    package func close() async {
        await end(.closed)
    }

    /// Closes a file or a directory without waiting for the reply; for what was only read.
    package func closeWithoutWaiting(_ handle: SFTPHandle) {
        guard failure == nil else { return }
        // No batch has the number 0, so the reply is dropped.
        send(.close(handle), batch: 0, index: 0)
        bell.yield()
    }

    private func send(_ request: SFTPRequest, batch: UInt64, index: Int) {
        let pending = Pending(request: request.withoutData, batch: batch, index: index)
        request.append(to: &outbox, id: inFlight.add(pending))
    }

    private func abandon(_ number: UInt64) {
        batches.removeValue(forKey: number)?.continuation.resume(throwing: CancellationError())
    }
}

extension SFTPClient {
    private func run() {
        let stream = stream
        let bells = bells
        // The tasks hold the client weakly while they wait, so that letting go of it ends them.
        tasks.append(
            Task { [weak self] in
                do {
                    while let bytes = try await stream.read(upTo: 262_144) {
                        guard let self, await self.receive(bytes) else { return }
                    }
                    await self?.endOfStream()
                } catch {
                    await self?.end(.connectionLost("\(error)"))
                }
            }
        )
        tasks.append(
            Task { [weak self] in
                do {
                    for await _ in bells {
                        while let bytes = await self?.takeOutbox() { try await stream.write(bytes) }
                    }
                } catch {
                    await self?.end(.connectionLost("\(error)"))
                }
            }
        )
    }

    private func askForLimits() async throws {
        guard extensions.contains(.limits) else { return }
        let start = ContinuousClock.now
        let reply = try await request(.limits)
        roundTrip = ContinuousClock.now - start
        // A server that offers the extension and then refuses gets the sizes of the draft.
        if case .extended(let bytes) = reply { knownLimits = try SFTPLimits(reply: bytes) }
    }

    private func takeOutbox() -> [UInt8]? {
        guard failure == nil, !outbox.bytes.isEmpty else { return nil }
        defer { outbox.bytes = [] }
        return outbox.bytes
    }

    /// Hands out the replies in `bytes`; false when the conversation is over.
    private func receive(_ bytes: [UInt8]) async -> Bool {
        guard failure == nil else { return false }
        parser.append(bytes)
        do {
            while let packet = try parser.next() {
                guard case .reply(let id, let reply) = packet else {
                    throw SFTPError.protocolViolation("the server greeted twice")
                }
                try deliver(reply, id: id)
            }
            return true
        } catch {
            await end(error as? SFTPError ?? .connectionLost("\(error)"))
            return false
        }
    }

    private func deliver(_ reply: SFTPReply, id: UInt32) throws {
        guard let pending = inFlight.take(id) else {
            throw SFTPError.protocolViolation("a reply has the id \(id), which no request has")
        }
        guard pending.request.allows(reply) else {
            throw SFTPError.protocolViolation("\(reply.kind) answers \(pending.request.name)")
        }
        guard var batch = batches.removeValue(forKey: pending.batch) else {
            closeUnwanted(reply, to: pending.request)
            return
        }
        batch.replies[pending.index] = reply
        batch.missing -= 1
        if batch.missing == 0 {
            batch.continuation.resume(returning: batch.replies.compactMap { $0 })
        } else {
            batches[pending.batch] = batch
        }
    }

    private func closeUnwanted(_ reply: SFTPReply, to request: SFTPRequest) {
        guard request.isOpening, case .handle(let handle) = reply else { return }
        closeWithoutWaiting(handle)
    }

    private func endOfStream() async {
        let place = parser.isBetweenPackets ? "" : " in the middle of a packet"
        await end(.connectionLost("the server ended it\(place)"))
    }

    private func end(_ error: SFTPError) async {
        guard failure == nil else { return }
        failure = error
        let waiting = batches.values.map(\.continuation)
        batches.removeAll()
        inFlight.removeAll()
        outbox.bytes = []
        for continuation in waiting { continuation.resume(throwing: error) }
        bell.finish()
        await stream.close()
        for task in tasks { task.cancel() }
    }
}
