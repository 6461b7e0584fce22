internal import CLibSSH2
internal import Communicator
internal import Deadlines

/// The watch over a connection: deadlines, signs of life, outputs that fell quiet.
extension SSHConnection {
    /// The longest pause between two looks.
    private static let longestNap: Duration = .seconds(1)
    /// The shortest: what is due may not be possible yet.
    private static let shortestNap: Duration = .milliseconds(100)

    nonisolated func watch() async -> String? {
        while !Task.isCancelled {
            let nap = await napLength()
            let start = ContinuousClock.now
            try? await Task.sleep(for: nap, clock: .continuous)
            let absence = AwakeTime.absence(in: start.duration(to: .now), of: nap)
            if let reason = await look(afterAbsence: absence) { return reason }
        }
        return nil
    }

    private func napLength() -> Duration {
        let now = ContinuousClock.now
        guard isAuthenticated, let next = peer.nextStep(after: now) else { return Self.longestNap }
        return min(Self.longestNap, max(Self.shortestNap, now.duration(to: next)))
    }

    /// Looks for deadlines that passed and for a dead peer; a reason when the connection is over.
    private func look(afterAbsence absence: Duration) -> String? {
        if absence > .zero { excuse(absence) }
        let now = ContinuousClock.now
        if let late = operations.first(where: { $0.deadline.map { $0 < now } ?? false }) {
            let reason = "the server did not answer in time"
            breakDown(
                CommunicatorError(
                    .deadlineExceeded,
                    operation: late.name,
                    target: target,
                    detail: reason
                )
            )
            return reason
        }
        listen()
        abandonQuietOutputs(now)
        return failure?.detail ?? judgePeer(now)
    }

    /// Nobody could keep a deadline while this process was stopped.
    private func excuse(_ absence: Duration) {
        peer.excuse(absence)
        for operation in operations { operation.postpone(absence) }
        for channel in channels.values {
            channel.lastOutput += absence
            channel.endSeen? += absence
        }
    }

    private func judgePeer(_ now: ContinuousClock.Instant) -> String? {
        guard isAuthenticated else { return nil }
        switch peer.step(at: now) {
        case .wait: return nil
        case .giveUp(let reason): return reason
        case .ask:
            guard session.sendKeepalive() else { return nil }
            peer.didAsk(at: now)
            handOver()
            return nil
        }
    }

    /// Answers the peer's key exchanges and requests while nobody reads a channel's output.
    ///
    /// libssh2 looks at the transport only when something is asked of it. A peer in a key exchange
    /// answers nothing else and would count as dead, and one that asks for a sign of life
    /// (`ClientAliveInterval`) would close the connection.
    func listen() {
        guard failure == nil, !isSpoiled else { return }
        let code: Int
        if let ear {
            code = ear.listen()
        } else if let idle = channels.values.first(where: { $0.reader == nil && !$0.isClosing }) {
            // The buffer of every read: a window adjustment that a key exchange interrupts is
            // finished by the next read, which must ask for the same.
            code = idle.handle.read(.none, into: &readBuffer)
        } else {
            return
        }
        if code < 0, code != Int(LIBSSH2_ERROR_EAGAIN) { endIfFatal(session.lastFailure()) }
    }

    /// Whether so long ago the command ended and nothing was read since: what it wrote last may
    /// arrive after its status.
    func hasOutlived(
        _ grace: Duration,
        _ channel: SSHChannelState,
        _ now: ContinuousClock.Instant
    ) -> Bool {
        guard channel.handle.evidence().showsEnd else { return false }
        let endSeen = channel.endSeen ?? now
        channel.endSeen = endSeen
        return max(endSeen, channel.lastOutput).duration(to: now) >= grace
    }

    private func abandonQuietOutputs(_ now: ContinuousClock.Instant) {
        for channel in channels.values where !channel.isClosing && !channel.isAbandoned {
            guard let grace = channel.outputGrace, channel.reader != nil else { continue }
            channel.isAbandoned = hasOutlived(grace, channel, now)
        }
        settle()
    }
}
