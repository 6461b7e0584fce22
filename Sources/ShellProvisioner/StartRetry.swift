internal import Communicator
internal import Components

/// Tries something again while the machine cannot be reached, for a limited time.
///
/// Waits grow from 1 s to 10 s with jitter. Only failures of the connection are tried again: a
/// full disk stays full.
struct StartRetry: Sendable {
    /// How long tries may go on, measured from the first.
    var budget: Duration
    /// What measures the time and the waits.
    var clock: any Clock<Duration> = ContinuousClock()

    static let firstDelay: Duration = .seconds(1)
    static let longestDelay: Duration = .seconds(10)

    /// Runs `attempt` until it succeeds, fails for good, or the budget is used up.
    ///
    /// - Parameters:
    ///   - what: What fails, for the message: "Cannot start the script".
    ///   - ui: Hears of each try that failed.
    ///   - attempt: What to try.
    /// - Returns: What `attempt` returned.
    /// - Throws: The last error of `attempt`; `CancellationError`.
    func run<Value: Sendable>(
        _ what: String,
        ui: any UserInterface,
        attempt: () async throws -> Value
    ) async throws -> Value {
        let watch = Stopwatch(clock)
        var delay = Self.firstDelay
        while true {
            do {
                return try await attempt()
            } catch let error as CommunicatorError where Self.isTransient(error) {
                let left = budget - watch.elapsed
                guard left > .zero else { throw error }
                let wait = min(delay * Double.random(in: 0.5...1), left)
                await ui.message("\(what) yet: \(error) Trying again for \(Self.seconds(left)).")
                try await clock.sleep(for: wait)
                delay = min(delay * 2, Self.longestDelay)
            }
        }
    }

    /// Whether a failure may pass by itself.
    static func isTransient(_ error: CommunicatorError) -> Bool {
        transientCodes.contains(error.code)
    }

    private static let transientCodes: Set<CommunicatorError.Code> = [
        .disconnected, .connectionFailed, .connectionTimedOut, .channelRefused,
    ]

    private static func seconds(_ duration: Duration) -> String {
        "\(max(1, duration.components.seconds)) s"
    }
}
