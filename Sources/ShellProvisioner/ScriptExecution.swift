internal import Communicator
internal import Components

/// A script's command while it runs: shows its output, and ends it when the task is cancelled.
struct ScriptExecution: Sendable {
    /// What is run.
    let command: RemoteCmd
    let machine: any Communicator
    let ui: any UserInterface
    let clock: any Clock<Duration>
    /// What ends the script before its connection does, where it may be another user's.
    let ending: LeftProcesses?

    /// How long a script has to be ended by the command that started it.
    private static let endingLimit: Duration = .seconds(4)

    /// What was seen of the command.
    struct Seen: Sendable {
        var end: Result<RemoteCmd.End, any Error>
        /// Whether it is known that it began.
        var hasStarted: Bool
        /// The last lines of its output.
        var lastLines: [String]
    }

    /// Runs the command to its end.
    ///
    /// When the task is cancelled, a script of another user is ended first, while all that belongs
    /// to it can still be told by its parents; then the communicator ends the rest.
    func run() async -> Seen {
        let work = Task { await relay() }
        return await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            guard let ending else { return work.cancel() }
            Task {
                _ = await TimeLimit.result(within: Self.endingLimit) {
                    try await ending.endThroughCommand()
                }
                work.cancel()
            }
        }
    }

    private func relay() async -> Seen {
        var relay = OutputRelay(to: ui)
        var hasStarted = false
        let end: Result<RemoteCmd.End, any Error>
        do {
            let result = try await machine.run(command) { execution in
                hasStarted = true
                try await relay.relay(execution.output, since: Stopwatch(clock))
            }
            end = .success(result.end)
        } catch {
            end = .failure(error)
        }
        return Seen(end: end, hasStarted: hasStarted, lastLines: relay.tail.lines)
    }
}
