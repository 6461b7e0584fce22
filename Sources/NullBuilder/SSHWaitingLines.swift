import Communicator
import Components
import Configuration
import Console
import SSHCommunicator

/// Chooses when to tell the user why SSH is not there yet: early once, then every 30 seconds.
struct SSHWaitingLines {
    /// Often enough to see that something goes on, seldom enough not to fill the log.
    static let interval = Duration.seconds(30)

    private var lastTold: Duration?

    /// The line for a failed attempt, or `nil` when it is too early for another one.
    mutating func line(for waiting: SSHWaiting) -> String? {
        // A shorter time than before belongs to another wait.
        if let lastTold, lastTold <= waiting.elapsed, waiting.elapsed - lastTold < Self.interval {
            return nil
        }
        lastTold = waiting.elapsed
        let limit = waiting.limit.map { "of \($0.clockText)" } ?? "without a limit"
        return "Not yet, after \(waiting.elapsed.clockText) \(limit): "
            + "\(waiting.reason.operation) \(waiting.reason.target): \(waiting.reason.detail)"
    }
}
