internal import Communicator
internal import Logging
internal import NIOConcurrencyHelpers

/// What is waited for after a command that was expected to take the connection down.
struct ReturnExpectation: Sendable {
    /// Until when the machine may be away.
    let end: ContinuousClock.Instant
    /// How long that is in all, for messages.
    let limit: Duration
    /// What the machine showed before the command; `nil` where that could not be read.
    let before: MachineIdentity?

    /// How long is left; never negative.
    var left: Duration { max(.zero, ContinuousClock.now.duration(to: end)) }
}

/// Waits for a machine that was expected to restart, until a restart is proven.
///
/// A machine that goes down may take a new connection right before it does. A script that is begun
/// then is lost half done, so the connection has to prove that it leads to the next boot or the next
/// SSH server. Where nothing has restarted, as after the end of the session alone, the proof is a
/// connection that stays.
struct ReturnWait {
    /// How long a connection to the same boot and server has to stand.
    static let probation: Duration = .seconds(10)

    let expectation: ReturnExpectation
    let configuration: SSHConfiguration
    let notes: SSHNotes
    let stage: @Sendable () async -> String
    let waiting: @Sendable (SSHWaiting) -> Void

    /// The first pause between two connections; each next one is twice as long.
    private static let firstPause: Duration = .milliseconds(500)
    /// The longest pause.
    private static let longestPause: Duration = .seconds(5)

    /// Makes connections by `connect` until one is proven.
    ///
    /// - Throws: ``CommunicatorError``: `.connectionTimedOut` with the last cause when the time is
    ///   over, or what trying again cannot help, as a host key that has changed.
    func run(
        _ connect: @escaping @Sendable () async throws -> SSHLink.Established
    ) async throws -> SSHLink.Established {
        var wasAway = false
        var pause = Self.firstPause
        while true {
            let made = try await reconnect(connect, &wasAway)
            do {
                if try await isProven(made, wasAway) { return made }
            } catch {
                await made.connection.close()
                try Task.checkCancellation()
                notes.log.debug("the machine left again", metadata: ["cause": "\(error)"])
            }
            await made.connection.close()
            guard expectation.left > .zero else { throw timedOut }
            try await Task.sleep(for: pause * Double.random(in: 0.75...1.25), clock: .continuous)
            pause = min(pause * 2, Self.longestPause)
        }
    }

    private var timedOut: CommunicatorError {
        CommunicatorError(
            .connectionTimedOut,
            operation: "waiting for the restart of",
            target: configuration.target,
            detail: "within \(expectation.limit) it answered, but as a machine that goes down"
        )
    }

    private func reconnect(
        _ connect: @escaping @Sendable () async throws -> SSHLink.Established,
        _ wasAway: inout Bool
    ) async throws -> SSHLink.Established {
        let found = NIOLockedValueBox((isAway: false, made: SSHLink.Established?.none))
        var limited = configuration
        // When the time is over already, one attempt is still due.
        limited.timeout = max(expectation.left, SSHLink.attemptLimit)
        // Users may be kept out while the machine goes down or comes up; they were let in before.
        limited.handshakeAttempts = nil
        defer { wasAway = wasAway || found.withLockedValue(\.isAway) }
        let wait = ConnectionWait(
            limited,
            waiting: { report in
                if report.reason.code == .connectionFailed {
                    found.withLockedValue { $0.isAway = true }
                }
                waiting(report)
            },
            stage: stage
        )
        do {
            try await wait.run {
                let made = try await connect()
                found.withLockedValue { $0.made = made }
            }
        } catch {
            await found.withLockedValue(\.made)?.connection.close()
            throw error
        }
        guard let made = found.withLockedValue(\.made) else { throw CancellationError() }
        return made
    }

    /// Whether a connection leads to a machine that will stay.
    private func isProven(_ made: SSHLink.Established, _ wasAway: Bool) async throws -> Bool {
        guard let before = expectation.before else { return try await stays(made, wasAway) }
        // A shell was there before: one that runs nothing is kept from it for now.
        if case .absent = made.shell { return false }
        let now = try await MachineIdentity.read(made)
        let comparison = now.compared(with: before)
        if now.isStopping, !before.isStopping, comparison != .restarted {
            // It said that it goes; nothing but the end of the connection is of interest.
            _ = await made.connection.ends(within: max(expectation.left, Self.probation))
            return false
        }
        switch comparison {
        case .restarted:
            notes.log.info("the machine has restarted")
            return true
        case .same: return try await stays(made, false)
        case .unknown: return try await stays(made, wasAway)
        }
    }

    private func stays(_ made: SSHLink.Established, _ wasAway: Bool) async throws -> Bool {
        // Where a machine shows nothing, that it could not be reached is the proof.
        if wasAway { return true }
        guard await !made.connection.ends(within: Self.probation) else { return false }
        try Task.checkCancellation()
        notes.warn(
            "the connection ended as it was expected to, but neither the machine nor its SSH server "
                + "seems to have restarted since"
        )
        return true
    }
}
