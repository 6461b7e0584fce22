package import ByteStreams

/// Many streams over one connection, as hashicorp/yamux does it (`spec.md`, version 0).
///
/// ```swift
/// let session = await YamuxSession.start(over: socket, as: .client)
/// let stream = try await session.open()
/// try await stream.write(question)
/// try await stream.finishWriting()
/// while let bytes = try await stream.read(upTo: 65_536) { answer += bytes }
/// await stream.close()
/// await session.close()
/// ```
///
/// How it is made: ``FrameHeader``, ``FrameDecoder``, ``StreamState``, ``ReceiveWindow`` and
/// ``SendWindow`` are values without tasks or clock, put together in ``SessionState``. This actor
/// only moves bytes between that value and the connection, and keeps those who wait.
///
/// **Concurrency.** Any number of tasks may open, accept and use streams. Pings are answered by the
/// task that reads the connection, whatever the application does.
///
/// **Cancellation.** Every call that waits throws `CancellationError`, and the session goes on as if
/// it had not been made; only a cancelled write leaves its stream good for nothing but closing.
///
/// **Failure.** When the connection ends, breaks, stalls, or carries what the protocol does not
/// allow, everyone who waits gets the same ``YamuxError``, and so does every later call; what had
/// arrived on a stream can still be read. A stalled connection is closed, so that the other side's
/// readers end too (GHSA-29qp-crvh-w22m: in Go they hang).
///
/// **Ownership.** The session closes the connection: in ``close()``, at a failure, or when the last
/// reference to it and its streams goes.
package actor YamuxSession {
    /// What somebody may wait for.
    enum Occasion: Hashable {
        case event(SessionState.Event)
        /// What waits for the connection has become less.
        case drained
        /// The connection is closed.
        case tornDown
    }

    /// The limits in force.
    package nonisolated let configuration: YamuxConfiguration

    let transport: any ByteStream
    let clock: any Clock<Duration>
    let time: SessionTime
    private let bells: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    var state: SessionState
    /// Why the session is over, if it is.
    private(set) var failure: YamuxError?
    private var isTornDown = false
    var waiting: [Occasion: WaitingLine] = [:]
    var lastTicket: WaitingLine.Ticket = 0

    private var reader: Task<Void, Never>?
    private var writer: Task<Void, Never>?
    private var isWriterIdle = true
    private var writeError: YamuxError?

    var timer: Task<Void, Never>?
    /// When the timer goes off.
    var alarm: Duration?
    /// When what is being written must have left.
    var writeDeadline: Duration?
    /// When the next keepalive is due.
    var keepAliveDue: Duration?
    /// The pings without an answer, and when they were sent.
    var pings: [UInt32: Duration] = [:]
    /// Those of them that nobody waits for.
    var keepAlives: Set<UInt32> = []
    var lastArrival = Duration.zero

    /// Begins a session.
    ///
    /// - Parameters:
    ///   - transport: The connection; the session's from now on.
    ///   - role: Which side this is; the other one has the other role. Packer's host is the client.
    ///   - configuration: The limits.
    ///   - clock: For tests.
    /// - Returns: A session that reads and writes the connection already.
    package static func start(
        over transport: any ByteStream,
        as role: YamuxRole,
        configuration: YamuxConfiguration = YamuxConfiguration(),
        clock: any Clock<Duration> = ContinuousClock()
    ) async -> YamuxSession {
        let session = YamuxSession(transport, role, configuration, clock)
        await session.run()
        return session
    }

    private init(
        _ transport: any ByteStream,
        _ role: YamuxRole,
        _ configuration: YamuxConfiguration,
        _ clock: any Clock<Duration>
    ) {
        self.transport = transport
        self.configuration = configuration
        self.clock = clock
        time = SessionTime(clock)
        state = SessionState(role: role, configuration: configuration)
        (bells, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    deinit {
        reader?.cancel()
        timer?.cancel()
        // The writer closes the connection, also where it hangs in a write.
        writer?.cancel()
        bell.finish()
    }

    /// Whether the session is over, for whatever reason.
    package var isClosed: Bool { failure != nil }

    /// How many streams there are, of both sides, as far as their limit goes: those that the
    /// application holds, and those it closed while the peer has not finished.
    package var streamCount: Int { state.streams.count }

    /// Says that no more streams are accepted; those that are open go on, and this side may open
    /// more.
    package func goAway() throws {
        if let failure { throw failure }
        state.goAway(.normal)
        settle()
    }

    /// Ends the session and closes the connection.
    ///
    /// What was written before is still handed to the connection, as long as the peer reads it
    /// within the write timeout; everyone who waits gets ``YamuxError/closed``. Streams that are
    /// not finished break for the peer, so finish them first. As in Go, no go-away is sent.
    package func close() async {
        end(.closed)
        while !isTornDown { await waitUncancelled(for: .tornDown) }
    }

    /// Passes on what the state has to say, to those who wait and to the connection.
    func settle() {
        for event in state.takeEvents() {
            switch event {
            case .mayOpen where !state.hasPeerGoneAway, .mayAccept:
                wakeFirst(for: .event(event))
            case .pong(let value):
                pings.removeValue(forKey: value)
                keepAlives.remove(value)
                wakeAll(for: .event(event))
            case .mayOpen, .mayRead, .mayWrite:
                wakeAll(for: .event(event))
            }
        }
        guard isWriterIdle, state.hasOutput else { return }
        isWriterIdle = false
        bell.yield()
    }

    // MARK: The connection

    private func run() {
        let transport = transport
        let bells = bells
        // The tasks hold the session weakly while they wait, so that letting go of it ends them.
        reader = Task { [weak self] in
            do {
                while let bytes = try await transport.read(upTo: YamuxConfiguration.readSize) {
                    guard let self, await self.receive(bytes) else { return }
                }
                await self?.endOfConnection()
            } catch {
                await self?.end(.connectionLost("\(error)"))
            }
        }
        writer = Task { [weak self] in
            for await _ in bells {
                do {
                    while let batch = await self?.takeBatch() { try await transport.write(batch) }
                } catch {
                    await self?.writingFailed("\(error)")
                }
            }
            await transport.close()
            await self?.tornDown()
        }
        startTimer()
    }

    /// Takes in what the peer sent; false when the session is over.
    private func receive(_ bytes: [UInt8]) async -> Bool {
        guard failure == nil else { return false }
        lastArrival = time.elapsed
        do {
            try state.receive(bytes)
            settle()
        } catch {
            settle()
            state.goAway(.protocolError)
            end(.protocolViolation(error))
        }
        if let reason = state.peerFailure { end(.peerFailed(reason)) }
        while failure == nil, state.wantsPause {
            do { try await wait(for: .drained, ticket()) } catch { return false }
        }
        return failure == nil
    }

    private func endOfConnection() {
        let isWhole = !state.decoder.isInsideFrame
        end(isWhole ? .peerClosed : .connectionLost("it ended within a frame"))
    }

    /// What to write next; `nil` when there is nothing.
    private func takeBatch() -> [UInt8]? {
        guard writeError == nil, let batch = state.nextBatch() else {
            isWriterIdle = true
            if failure == nil, writeError == nil { writeDeadline = nil }
            return nil
        }
        if failure == nil { setWriteDeadline() }
        settle()
        wakeAll(for: .drained)
        return batch
    }

    /// The connection takes no more, but may still have something to say: the peer's last words.
    private func writingFailed(_ reason: String) {
        isWriterIdle = true
        guard failure == nil, writeError == nil else { return }
        writeError = .connectionLost(reason)
        setWriteDeadline()
    }

    /// Ends the session: wakes everyone, says what there is to say, closes the connection.
    func end(_ error: YamuxError) {
        guard failure == nil else { return }
        failure = error
        state.stopWriting()
        for line in waiting.keys where line != .tornDown { wakeAll(for: line) }
        setWriteDeadline()
        reader?.cancel()
        bell.yield()
        bell.finish()
    }

    /// The peer did not take what was written to it in time.
    func writingTimedOut() {
        end(writeError ?? .writeTimedOut(configuration.writeTimeout))
        // The writer hangs in a write, which this ends. (A task, because closing may wait.)
        Task { [transport] in await transport.close() }
    }

    private func tornDown() {
        isTornDown = true
        writeDeadline = nil
        timer?.cancel()
        wakeAll(for: .tornDown)
    }
}
