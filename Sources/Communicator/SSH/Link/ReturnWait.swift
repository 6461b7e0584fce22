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

    /// Makes connections by `connect` until one is proven.
    ///
    /// - Throws: ``CommunicatorError``: `.connectionTimedOut` with the last cause when the time is
    ///   over, or what trying again cannot help, as a host key that has changed.
    func run(
        _ connect: @escaping @Sendable () async throws -> SSHLink.Established
    ) async throws -> SSHLink.Established {
        var wasAway = false
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
        }
    }

    private func reconnect(
        _ connect: @escaping @Sendable () async throws -> SSHLink.Established,
        _ wasAway: inout Bool
    ) async throws -> SSHLink.Established {
        let found = NIOLockedValueBox((isAway: false, made: SSHLink.Established?.none))
        var limited = configuration
        limited.timeout = expectation.left
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
        try await wait.run {
            let made = try await connect()
            found.withLockedValue { $0.made = made }
        }
        guard let made = found.withLockedValue(\.made) else { throw CancellationError() }
        return made
    }

    /// Whether a connection leads to a machine that will stay.
    private func isProven(_ made: SSHLink.Established, _ wasAway: Bool) async throws -> Bool {
        guard let before = expectation.before else { return try await stays(made, wasAway) }
        let now = try await MachineIdentity.read(made)
        switch now.provesRestart(since: before) {
        case true?:
            notes.log.info("the machine has restarted")
            return true
        case false? where now.isStopping:
            // It said that it goes; nothing but the end of the connection is of interest.
            let isGone = await made.connection.ends(within: expectation.left)
            return !isGone
        case false?: return try await stays(made, false)
        case nil: return try await stays(made, wasAway)
        }
    }

    private func stays(_ made: SSHLink.Established, _ wasAway: Bool) async throws -> Bool {
        // Where a machine shows nothing, that it could not be reached is the proof.
        if wasAway { return true }
        guard await !made.connection.ends(within: min(Self.probation, expectation.left)) else {
            return false
        }
        try Task.checkCancellation()
        notes.warn(
            "the connection ended as it was expected to, but neither the machine nor its SSH server "
                + "seems to have restarted since"
        )
        return true
    }
}
