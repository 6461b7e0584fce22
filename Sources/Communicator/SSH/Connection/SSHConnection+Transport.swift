internal import ByteStreams
internal import CLibSSH2
internal import Communicator

extension SSHConnection {
    /// How long the peer may be silent while it is being asked for a sign of life.
    static let silenceLimit: Duration = .seconds(15)
    /// How long the peer may be silent before it is asked.
    static let probeInterval: Duration = .seconds(5)

    /// Moves bytes between this connection and a transport until either ends.
    func start(over stream: any ByteStream) {
        carrier = Task { await self.carry(stream) }
    }

    nonisolated private func carry(_ stream: any ByteStream) async {
        await withTaskGroup(of: String?.self) { group in
            group.addTask { await self.receive(from: stream) }
            group.addTask { await self.send(to: stream) }
            group.addTask { await self.watch() }
            // A failing send says nothing yet: what the peer sent before may still be on its way,
            // and an exit status with it. The receiving side or the watch decides.
            var reason: String?
            while reason == nil, let ended = await group.next() { reason = ended }
            // The sending side waits for bytes or for this, not for a cancellation.
            await self.end(reason ?? "the connection was closed")
            group.cancelAll()
        }
        await stream.close()
    }

    nonisolated private func receive(from stream: any ByteStream) async -> String? {
        do {
            while let bytes = try await stream.read(upTo: 262_144) { await feed(bytes) }
            return "the server closed the connection"
        } catch {
            return "\(error)"
        }
    }

    nonisolated private func send(to stream: any ByteStream) async -> String? {
        while let bytes = await nextOutgoing() {
            do { try await stream.write(bytes) } catch { return nil }
        }
        return nil
    }

    nonisolated private func watch() async -> String? {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1), clock: .continuous)
            if let reason = await check() { return reason }
        }
        return nil
    }

    // MARK: Arrivals

    func feed(_ bytes: [UInt8]) {
        received &+= UInt64(bytes.count)
        lastArrival = .now
        lastProbe = nil
        session.wire.feed(bytes)
        settle()
        if session.wire.unread > Self.unreadLimit + channels.count * Int(Self.window) {
            breakDown(violation("it sent \(session.wire.unread) bytes beyond every window"))
        }
        // An SSH server introduces itself within a few lines (RFC 4253 section 4.2).
        if !isAuthenticated, received > 1_048_576 {
            breakDown(violation("it sent over 1 MiB before the login was over"))
        }
    }

    func end(_ reason: String) {
        settle()
        breakDown(
            CommunicatorError(
                .disconnected,
                operation: "talking to",
                target: target,
                detail: reason
            )
        )
    }

    /// Ends the connection from this side; safe to call again.
    func close() async {
        let carrier = self.carrier
        end("the connection was closed on this side")
        await carrier?.value
    }

    private func violation(_ detail: String) -> CommunicatorError {
        CommunicatorError(
            .protocolViolation,
            operation: "talking to",
            target: target,
            detail: detail
        )
    }

    // MARK: Departures

    private func nextOutgoing() async -> [UInt8]? {
        inFlight = 0
        if isStalled {
            isStalled = false
            settle()
        }
        let bytes = session.wire.takeOutgoing()
        guard bytes.isEmpty else {
            inFlight = bytes.count
            return bytes
        }
        guard failure == nil else { return nil }
        return await withCheckedContinuation { sender = $0 }
    }

    /// Gives the sending task what libssh2 wants sent, if the task waits for it.
    func handOver() {
        guard let waiting = sender, !session.wire.outgoing.isEmpty else { return }
        let bytes = session.wire.takeOutgoing()
        inFlight = bytes.count
        sender = nil
        waiting.resume(returning: bytes)
    }

    // MARK: Watch

    /// Looks for deadlines that passed and for a dead peer; a reason when the connection is over.
    private func check() -> String? {
        let now = ContinuousClock.now
        if let late = operations.first(where: { $0.deadline.map { $0 < now } ?? false }) {
            breakDown(
                CommunicatorError(
                    .deadlineExceeded,
                    operation: late.name,
                    target: target,
                    detail: "the server did not answer in time"
                )
            )
            return "the server did not answer in time"
        }
        drainUnread()
        abandonQuietOutputs(now)
        return failure?.detail ?? probe(now)
    }

    private func probe(_ now: ContinuousClock.Instant) -> String? {
        guard isAuthenticated else { return nil }
        if let asked = lastProbe {
            let silence = lastArrival.duration(to: now)
            guard asked.duration(to: now) >= Self.silenceLimit else { return nil }
            return "the server has sent nothing for \(silence.components.seconds) s"
        }
        if lastArrival.duration(to: now) >= Self.probeInterval {
            session.sendKeepalive()
            lastProbe = now
            handOver()
        }
        return nil
    }

    /// Answers the peer's key exchanges and requests while nobody reads a channel's output.
    ///
    /// A peer in a key exchange answers nothing else, and would count as dead.
    private func drainUnread() {
        let idle = channels.values.first { $0.reader == nil && !$0.isClosing }
        guard failure == nil, let idle else { return }
        // The buffer of every read: a window adjustment that a key exchange interrupts is finished
        // by the next read, which must ask for the same.
        let code = idle.handle.read(.none, into: &readBuffer)
        if code < 0, code != Int(LIBSSH2_ERROR_EAGAIN) { endIfFatal(session.lastFailure()) }
    }

    private func abandonQuietOutputs(_ now: ContinuousClock.Instant) {
        for channel in channels.values where !channel.isClosing && !channel.isAbandoned {
            guard let grace = channel.outputGrace, channel.reader != nil else { continue }
            let evidence = channel.handle.evidence()
            guard evidence.status != 0 || evidence.signal != nil else { continue }
            // What the command wrote last may arrive after its status.
            let endSeen = channel.endSeen ?? now
            channel.endSeen = endSeen
            guard max(endSeen, channel.lastOutput).duration(to: now) >= grace else { continue }
            notes.warn("the command ended but something still holds its output open")
            channel.isAbandoned = true
        }
        settle()
    }
}
