internal import ByteStreams
internal import CLibSSH2
internal import Communicator

extension SSHConnection {
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
            while let bytes = try await stream.read(upTo: 262_144) {
                // A peer that never stops would never let a cancellation be noticed.
                if let reason = await feed(bytes) { return reason }
            }
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

    // MARK: Arrivals

    /// - Returns: Why the connection is over, when it is.
    private func feed(_ bytes: [UInt8]) -> String? {
        take(bytes)
        return failure?.detail
    }

    private func take(_ bytes: [UInt8]) {
        received &+= UInt64(bytes.count)
        peer.heard(at: .now)
        // libssh2 must not see it.
        if let found = session.wire.unprotected.violation(in: bytes) {
            return breakDown(violation(found))
        }
        session.wire.feed(bytes)
        settle()
        if session.wire.unread > Self.unreadLimit + channels.count * Int(Self.window) {
            breakDown(violation("it sent \(session.wire.unread) bytes beyond every window"))
        }
        if session.wire.memory.isTooMuch {
            breakDown(violation("it sent more than libssh2 can keep of what nobody waits for"))
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

    /// Ends a connection whose output has a hole: libssh2 goes on without what did not fit.
    func endForDroppedOutput() {
        isSpoiled = true
        breakDown(violation("it sent output beyond the window that it was given"))
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
}
