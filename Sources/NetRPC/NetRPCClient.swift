package import ByteStreams
internal import MessagePack

/// Calls methods of a peer that speaks Go's net/rpc: the calling half of a stream.
///
/// ```swift
/// let client = await NetRPCClient(over: stream)
/// let id: String = try await client.call("Ui.NewTrackProgress", progress, returning: String.self)
/// ```
/// The wire is `codec.GoRpc` of ugorji's codec: a header and a body as MessagePack, back to back.
/// Go's half is `src/net/rpc/client.go`.
///
/// **Concurrency.** Any number of tasks may call at once; requests leave in the order in which calls
/// reach the actor, replies come in any order. Each call ends exactly once: with its reply, the
/// server's error, or the loss of the stream.
///
/// **Cancellation.** A cancelled call throws `CancellationError` at once. net/rpc cannot tell the
/// server, which goes on with a request that has left; the late reply is dropped. A request that has
/// not left is withdrawn.
///
/// **Failure.** A reply that cannot be decoded fails its own call only. When the stream ends or the
/// peer breaks the protocol, every waiting call fails with that, and so does every later one. There
/// are no deadlines: a method may take as long as a build. A call whose caller has one is cancelled.
///
/// **Ownership.** The client closes the stream: in ``close()``, at a failure, or when the last
/// reference goes.
package actor NetRPCClient {
    private let stream: any ByteStream
    private let limits: NetRPCLimits
    private var tasks: [Task<Void, Never>] = []
    /// Wakes the writing task.
    private let bell: AsyncStream<Void>.Continuation
    private var parser: NetRPCMessageParser<NetRPCResponseHeader>
    private var outbox = Outbox()
    private var pending: [UInt64: CheckedContinuation<[UInt8], any Error>] = [:]
    private var nextSequence: UInt64 = 0
    private var failure: NetRPCError?
    /// How many replies nobody waited for: late ones, repeated ones, and answers to nothing.
    package private(set) var strayReplies = 0

    /// How many calls wait for their replies.
    package var waitingCalls: Int { pending.count }

    /// Begins to read replies from a stream, which is the client's from now on.
    package init(over stream: any ByteStream, limits: NetRPCLimits = .standard) async {
        self.stream = stream
        self.limits = limits
        self.parser = NetRPCMessageParser(limits: limits)
        let bells: AsyncStream<Void>
        (bells, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        // The tasks hold the client weakly while they wait, so that letting go of it ends them.
        let readSize = limits.readSize
        let reader = Task { [weak self] in
            do {
                while let bytes = try await stream.read(upTo: readSize) {
                    guard let self, await self.receive(bytes) else { return }
                }
                await self?.endOfStream()
            } catch {
                await self?.end(.init(.connectionLost, "the connection was lost: \(error)"))
            }
        }
        let writer = Task { [weak self] in
            do {
                for await _ in bells {
                    while let bytes = await self?.takeOutgoing() { try await stream.write(bytes) }
                }
            } catch {
                await self?.end(.init(.connectionLost, "the connection was lost: \(error)"))
            }
        }
        tasks = [reader, writer]
    }

    deinit {
        bell.finish()
        for task in tasks { task.cancel() }
        // A deinitializer cannot wait, and nobody else is left who could close the stream.
        Task { [stream] in await stream.close() }
    }

    /// Whether the conversation is over, by ``close()`` or by a failure.
    package var isClosed: Bool { failure != nil }

    /// Calls a method and waits for its reply.
    ///
    /// - Parameters:
    ///   - serviceMethod: The method, `Service.Method`.
    ///   - arguments: What the method takes; nil by default.
    ///   - type: What it returns; anything will do by default.
    /// - Returns: The reply.
    /// - Throws: ``NetRPCError``; `CancellationError`.
    @discardableResult
    package func call<Arguments: Encodable & Sendable, Reply: Decodable & Sendable>(
        _ serviceMethod: String,
        _ arguments: Arguments = NetRPCNothing(),
        returning type: Reply.Type = NetRPCNothing.self
    ) async throws -> Reply {
        if let failure { throw failure.calling(serviceMethod) }
        try Task.checkCancellation()
        guard pending.count < limits.pendingCalls else {
            throw NetRPCError(
                .tooManyCalls,
                "\(pending.count) calls wait for replies already",
                serviceMethod: serviceMethod
            )
        }
        let sequence = nextSequence
        let request = try encode(serviceMethod, sequence, arguments)
        nextSequence += 1
        let body: [UInt8]
        do {
            body = try await reply(to: request, sequence)
        } catch let error as NetRPCError {
            throw error.calling(serviceMethod)
        }
        do {
            return try MessagePackDecoder(limits: limits.body).decode(type, from: body)
        } catch {
            throw NetRPCError(
                .undecodableReply,
                "the reply cannot be used: \(error)",
                serviceMethod: serviceMethod
            )
        }
    }

    /// Ends the conversation and closes the stream; waiting calls throw ``NetRPCError/Code/closed``.
    package func close() async {
        await end(NetRPCError(.closed, "the connection is shut down"))
        // Also where another call, or a failure, is just closing it.
        await stream.close()
    }

    private func encode(
        _ serviceMethod: String,
        _ sequence: UInt64,
        _ arguments: some Encodable
    ) throws(NetRPCError) -> [UInt8] {
        let body: [UInt8]
        do {
            body = try MessagePackEncoder(limits: limits.body).encode(arguments)
        } catch {
            throw NetRPCError(.unencodableArguments, "\(error)", serviceMethod: serviceMethod)
        }
        let header = NetRPCRequestHeader(serviceMethod: serviceMethod, sequence: sequence)
        let message = NetRPCMessage(header: header, body: body).encoded()
        guard message.count - body.count <= limits.headerSize else {
            throw NetRPCError(
                .unencodableArguments,
                "a method's name of \(serviceMethod.utf8.count) bytes makes a header of more than "
                    + "\(limits.headerSize)"
            )
        }
        return message
    }

    private func reply(to request: [UInt8], _ sequence: UInt64) async throws -> [UInt8] {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                pending[sequence] = continuation
                outbox.add(request, sequence)
                bell.yield()
            }
        } onCancel: {
            // Reaches the actor after the call waits, even when it is cancelled already.
            Task { await self.abandon(sequence) }
        }
    }

    private func abandon(_ sequence: UInt64) {
        outbox.withdraw(sequence)
        pending.removeValue(forKey: sequence)?.resume(throwing: CancellationError())
    }

    private func takeOutgoing() -> [UInt8]? { outbox.take() }

    /// Hands replies to those who wait; says whether the conversation goes on.
    private func receive(_ bytes: [UInt8]) async -> Bool {
        parser.append(bytes)
        do throws(NetRPCError) {
            while let reply = try parser.next() {
                guard !outbox.holds(reply.header.sequence) else {
                    let found = "the peer answered a request that had not left yet"
                    throw NetRPCError(.protocolViolation, found)
                }
                deliver(reply)
            }
            return failure == nil
        } catch {
            await end(error)
            return false
        }
    }

    private func deliver(_ reply: NetRPCMessage<NetRPCResponseHeader>) {
        guard let call = pending.removeValue(forKey: reply.header.sequence) else {
            strayReplies += 1
            return
        }
        if reply.header.error.isEmpty {
            call.resume(returning: reply.body)
        } else {
            // Go's body beside an error is an empty map.
            let details = reply.body.count > 1 ? reply.body : []
            call.resume(
                throwing: NetRPCError(.server, reply.header.error, details: details)
            )
        }
    }

    private func endOfStream() async {
        do {
            try parser.expectEnd()
            await end(NetRPCError(.connectionLost, "the peer closed the connection"))
        } catch {
            await end(error)
        }
    }

    private func end(_ error: NetRPCError) async {
        guard failure == nil else { return }
        failure = error
        outbox = Outbox()
        bell.finish()
        let calls = pending.values
        pending = [:]
        for call in calls { call.resume(throwing: error) }
        await stream.close()
    }
}

/// Requests that have not left yet, in order.
struct Outbox {
    private var requests: [(bytes: [UInt8], sequence: UInt64)] = []
    private var taken = 0

    mutating func add(_ bytes: [UInt8], _ sequence: UInt64) {
        requests.append((bytes, sequence))
    }

    mutating func take() -> [UInt8]? {
        guard taken < requests.count else {
            requests = []
            taken = 0
            return nil
        }
        defer { taken += 1 }
        let bytes = requests[taken].bytes
        requests[taken].bytes = []
        if taken >= 64, taken * 2 > requests.count {
            requests.removeFirst(taken)
            taken = 0
        }
        return bytes
    }

    /// Whether a request has not left.
    func holds(_ sequence: UInt64) -> Bool {
        // They are in the order of their numbers, and most replies come when none is left.
        guard taken < requests.count, sequence >= requests[taken].sequence else { return false }
        return requests[taken...].contains { $0.sequence == sequence }
    }

    mutating func withdraw(_ sequence: UInt64) {
        guard let index = requests[taken...].firstIndex(where: { $0.sequence == sequence }) else {
            return
        }
        requests.remove(at: index)
    }
}
