internal import Communicator
internal import Deadlines

/// Tries to connect until it works, the time is over, or trying again cannot help.
struct ConnectionWait {
    /// The first pause between two attempts; each next one is half as long again.
    private static let firstPause: Duration = .milliseconds(500)
    /// The longest pause.
    private static let longestPause: Duration = .seconds(5)

    private let configuration: SSHConfiguration
    private let waiting: @Sendable (SSHWaiting) -> Void
    /// What an attempt is at.
    private let stage: @Sendable () async -> String

    init(
        _ configuration: SSHConfiguration,
        waiting: @escaping @Sendable (SSHWaiting) -> Void,
        stage: @escaping @Sendable () async -> String = { "the attempt" }
    ) {
        self.configuration = configuration
        self.stage = stage
        self.waiting = waiting
    }

    func run(_ attempt: @escaping @Sendable () async throws -> Void) async throws {
        let start = ContinuousClock.now
        var pause = Self.firstPause
        var attempts = 0
        var refusals = 0
        var last: CommunicatorError?
        var refusal: CommunicatorError?
        while true {
            attempts += 1
            do {
                return try await withinLimit(since: start, attempt)
            } catch let error as CommunicatorError {
                let elapsed = start.duration(to: .now)
                if error.code == .authenticationFailed {
                    refusals += 1
                    refusal = error
                }
                if let limit = configuration.timeout, error.code == .connectionTimedOut {
                    throw timedOut(limit, attempts, last: last ?? error, refusal: refusal)
                }
                if isFinal(error, refusals: refusals) { throw error }
                last = error
                if let limit = configuration.timeout, elapsed >= limit {
                    throw timedOut(limit, attempts, last: error, refusal: refusal)
                }
                waiting(
                    SSHWaiting(elapsed: elapsed, limit: configuration.timeout, reason: error)
                )
            }
            // Jitter, so that many builds do not knock in step.
            let jittered = pause * Double.random(in: 0.75...1.25)
            let left = configuration.timeout.map { $0 - start.duration(to: .now) } ?? jittered
            try await Task.sleep(for: min(jittered, max(left, .zero)), clock: .continuous)
            pause = min(pause * 1.5, Self.longestPause)
        }
    }

    private func withinLimit(
        since start: ContinuousClock.Instant,
        _ attempt: @escaping @Sendable () async throws -> Void
    ) async throws {
        guard let limit = configuration.timeout else { return try await attempt() }
        let left = limit - start.duration(to: .now)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await attempt() }
            group.addTask {
                // A nap at a time: what a cancelled sleep holds is freed when its time is over.
                try await AwakeTime.sleep(for: left)
                throw CommunicatorError(
                    .connectionTimedOut,
                    operation: "connecting to",
                    target: configuration.target,
                    detail: "\(await stage()) was still under way when \(limit) were over"
                )
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func isFinal(_ error: CommunicatorError, refusals: Int) -> Bool {
        switch error.code {
        case .hostKeyRefused, .noCommonAlgorithm, .invalidConfiguration, .unsupported: true
        // A server that lets us in and opens no session will open none later (`MaxSessions 0`).
        case .passwordExpired, .channelRefused: true
        case .authenticationFailed: configuration.handshakeAttempts.map { refusals >= $0 } ?? false
        default: false
        }
    }

    /// A server that has refused a login may refuse the connection next (`PerSourcePenalties`), so
    /// both are told.
    private func timedOut(
        _ limit: Duration,
        _ attempts: Int,
        last: CommunicatorError,
        refusal: CommunicatorError?
    ) -> CommunicatorError {
        var detail =
            "no connection within \(limit) and \(attempts) attempt\(attempts == 1 ? "" : "s"); "
            + "the last cause: "
            + last.detail
        if let refusal, last.code != .authenticationFailed {
            detail += "; before that the login was refused: \(refusal.detail)"
        }
        return CommunicatorError(
            .connectionTimedOut,
            operation: "connecting to",
            target: configuration.target,
            detail: detail,
            remedy: last.code == .connectionTimedOut
                ? nil
                : "\(last.remedy ?? last.code.remedy) Raise ssh_timeout if it only needs longer."
        )
    }
}
