internal import ByteStreams
internal import Deadlines
package import Yamux

/// Names the streams of a session, as Packer's `MuxBroker` does: the first four bytes of each stream
/// are a number, and the other side writes them back when it takes the stream.
///
/// ```swift
/// let line = await broker.reserve()
/// try await client.call("Provisioner.Provision", Arguments(streamID: line.id))
/// let stream = try await line.accept()
/// ```
/// The side that accepts a stream gives out its number, in a space of its own: number 1 of the host
/// and number 1 of the plugin are two streams. Source: `rpc/muxconn.go` and `rpc/mux_broker.go` of
/// Packer and of its plugin SDK.
///
/// **Concurrency.** Any number of tasks may reserve, accept and dial.
///
/// **Ownership.** The broker ends with ``close()``, and takes the session with it.
package actor MuxBroker {
    /// Limits of the handshake of a stream.
    package struct Limits: Sendable, Hashable {
        /// How long a number waits for the other side to open its stream, and a stream for its number
        /// to be awaited.
        ///
        /// Go gives either five seconds. A reservation here waits longer than Go's, because its
        /// wait begins before the message with its number leaves.
        package var acceptTime = Duration.seconds(10)

        /// How long the other side may take to write a number back; Go has no limit.
        package var dialTime = Duration.seconds(10)

        /// How many streams may wait for their number to be awaited; a command has four.
        package var unclaimedStreams = 64

        /// The usual limits.
        package init() {}
    }

    /// Where the calls of its streams are written down, if anywhere.
    nonisolated let trace: RPCTrace?
    private let session: YamuxSession
    private let limits: Limits
    private var lastID: UInt32 = 0
    /// Those who await a number that they gave out.
    private var lines: [UInt32: Line] = [:]
    /// Streams whose number nobody awaits yet.
    private var unclaimed: [UInt32: YamuxStream] = [:]
    private var incoming: Task<Void, Never>?
    private var failure: PackerRPCError?

    /// What became of a number that was given out.
    private enum Line {
        case empty
        case arrived(YamuxStream)
        case awaited(CheckedContinuation<YamuxStream, any Error>)
    }

    /// A broker over a session, which is the broker's from now on.
    package init(
        over session: YamuxSession,
        limits: Limits = Limits(),
        trace: RPCTrace? = nil
    ) async {
        self.session = session
        self.limits = limits
        self.trace = trace
        incoming = Task { [weak self] in
            do {
                while true {
                    let stream = try await session.accept()
                    guard let self else { return await stream.close() }
                    Task { await self.take(stream) }
                }
            } catch {
                await self?.end(.connectionLost(error))
            }
        }
    }

    deinit { incoming?.cancel() }

    /// Gives out a number whose stream the other side is to open.
    ///
    /// Reserve before the message with the number leaves: the other side may be quick. A
    /// reservation that is not accepted is cancelled.
    package func reserve() -> BrokerReservation {
        repeat { lastID &+= 1 } while lastID == 0 || lines[lastID] != nil
        lines[lastID] = .empty
        return BrokerReservation(id: lastID, broker: self)
    }

    /// Awaits the stream with number 0, which the host opens first of all.
    ///
    /// - Throws: ``PackerRPCError``; `CancellationError`.
    package func acceptMain(within time: Duration) async throws -> YamuxStream {
        if lines[0] == nil { lines[0] = .empty }
        claim(0)
        return try await stream(0, within: time)
    }

    /// Opens the stream of a number that the other side gave out.
    ///
    /// - Throws: ``PackerRPCError`` when the other side does not take it in time or writes another
    ///   number back; `CancellationError`.
    package func dial(_ id: UInt32) async throws -> YamuxStream {
        if let failure { throw failure }
        let stream: YamuxStream
        do {
            stream = try await session.open()
        } catch let error as YamuxError {
            throw PackerRPCError.connectionLost(error)
        }
        do {
            let late = PackerRPCError(
                .brokerTimeout,
                "stream \(id) was not taken within \(limits.dialTime)"
            )
            try await withDeadline(limits.dialTime, throwing: late) {
                try await stream.write(Self.bytes(of: id))
                let answer = try await Self.readID(stream)
                guard answer == id else {
                    throw PackerRPCError(
                        .protocolViolation,
                        "stream \(id) was taken as \(answer.map { "\($0)" } ?? "nothing: it ended")"
                    )
                }
            }
            return stream
        } catch {
            await stream.reset()
            throw error
        }
    }

    /// Whether the session has ended because the other side does not keep to the protocol.
    var hasSeenViolation: Bool { failure?.code == .protocolViolation }

    /// Ends the session with all its streams; everyone who waits gets an error.
    package func close() async {
        end(PackerRPCError(.closed, "the connection is shut down"))
        incoming?.cancel()
        await session.close()
    }

    // MARK: Numbers that were given out

    func accept(_ id: UInt32) async throws -> YamuxStream {
        try await stream(id, within: limits.acceptTime)
    }

    func cancel(_ id: UInt32) async {
        guard let line = lines.removeValue(forKey: id) else { return }
        switch line {
        case .empty: break
        case .arrived(let stream): await stream.reset()
        case .awaited(let waiter): waiter.resume(throwing: CancellationError())
        }
    }

    private func stream(_ id: UInt32, within time: Duration) async throws -> YamuxStream {
        let late = PackerRPCError(.brokerTimeout, "nobody opened stream \(id) within \(time)")
        let limit = Task { [weak self] in
            try await AwakeTime.sleep(for: time)
            await self?.giveUp(id, late)
        }
        defer { limit.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                if let failure { return waiter.resume(throwing: failure) }
                switch lines[id] {
                case .arrived(let stream)?:
                    lines[id] = nil
                    waiter.resume(returning: stream)
                case .empty?: lines[id] = .awaited(waiter)
                case .awaited?, nil:
                    let reason = PackerRPCError(.closed, "stream \(id) is not reserved")
                    waiter.resume(throwing: reason)
                }
            }
        } onCancel: {
            Task { await self.giveUp(id, CancellationError()) }
        }
    }

    private func giveUp(_ id: UInt32, _ error: any Error) {
        guard case .awaited(let waiter)? = lines[id] else { return }
        lines[id] = nil
        waiter.resume(throwing: error)
    }

    // MARK: Streams that come

    private func take(_ stream: YamuxStream) async {
        let late = PackerRPCError(.brokerTimeout, "a stream came without its number")
        let id = try? await withDeadline(limits.acceptTime, throwing: late) {
            try await Self.readID(stream)
        }
        guard let id, failure == nil else { return await stream.reset() }
        guard unclaimed[id] == nil, unclaimed.count < limits.unclaimedStreams else {
            return await stream.reset()
        }
        unclaimed[id] = stream
        claim(id)
        guard unclaimed[id] === stream else { return }
        // Not reserved: only number 0 may be awaited later.
        try? await AwakeTime.sleep(for: limits.acceptTime)
        guard unclaimed[id] === stream else { return }
        unclaimed[id] = nil
        await stream.close()
    }

    /// Hands a stream that has come to whoever gave out its number, and says so to the other side.
    private func claim(_ id: UInt32) {
        guard let stream = unclaimed[id], let line = lines[id] else { return }
        if case .arrived = line { return }
        unclaimed[id] = nil
        Task {
            // Written before anybody else can write to the stream.
            guard (try? await stream.write(Self.bytes(of: id))) != nil else {
                return await stream.reset()
            }
            await self.deliver(stream, id)
        }
    }

    private func deliver(_ stream: YamuxStream, _ id: UInt32) async {
        switch lines[id] {
        case .empty?: lines[id] = .arrived(stream)
        case .awaited(let waiter)?:
            lines[id] = nil
            waiter.resume(returning: stream)
        case .arrived?, nil: await stream.reset()
        }
    }

    private func end(_ error: PackerRPCError) {
        guard failure == nil else { return }
        failure = error
        let waiting = lines.values
        lines = [:]
        unclaimed = [:]
        for case .awaited(let waiter) in waiting { waiter.resume(throwing: error) }
    }

    // MARK: The four bytes

    private static func bytes(of id: UInt32) -> [UInt8] {
        [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: id >> $0) }
    }

    private static func readID(_ stream: YamuxStream) async throws -> UInt32? {
        var id: UInt32 = 0
        for shift: UInt32 in [0, 8, 16, 24] {
            guard let byte = try await stream.read(upTo: 1)?.first else { return nil }
            id |= UInt32(byte) << shift
        }
        return id
    }
}
