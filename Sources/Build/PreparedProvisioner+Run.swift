import Communicator
import Components
import Configuration
import Deadlines

extension PreparedProvisioner {
    /// Runs the provisioner with its pause, its timeout and its retries.
    ///
    /// - Throws: The last attempt's error; `CancellationError` when the task was cancelled, which is
    ///   never tried again.
    func run(on machine: any Communicator, ui: any UserInterface, data: GeneratedData) async throws
    {
        var triesLeft = maxRetries
        while true {
            do {
                return try await attempt(on: machine, ui: ui, data: data)
            } catch {
                try Task.checkCancellation()
                guard triesLeft > 0 else {
                    if maxRetries > 0 { await ui.say("retry limit reached.") }
                    throw error
                }
                await ui.say(
                    "Provisioner failed with \("\(error)".goQuoted), "
                        + "retrying with \(triesLeft) trie(s) left"
                )
                triesLeft -= 1
            }
        }
    }

    private func attempt(
        on machine: any Communicator,
        ui: any UserInterface,
        data: GeneratedData
    ) async throws {
        if pauseBefore > .zero {
            await ui.say("Pausing \(pauseBefore.goText) before the next provisioner...")
            try await Task.sleep(for: pauseBefore, clock: .continuous)
        }
        guard let timeout else {
            return try await provisioner.provision(machine, ui: ui, data: data)
        }
        await ui.say("Setting a \(timeout.goText) timeout for the next provisioner...")
        try await provision(within: timeout, on: machine, ui: ui, data: data)
    }

    /// Provisions, and ends the provisioner when the time is over; waits until it has cleaned up.
    private func provision(
        within limit: Duration,
        on machine: any Communicator,
        ui: any UserInterface,
        data: GeneratedData
    ) async throws {
        let work = Task { try await provisioner.provision(machine, ui: ui, data: data) }
        let alarm = Task {
            try await AwakeTime.sleep(for: limit)
            await ui.say("Cancelling provisioner after a timeout...")
            work.cancel()
        }
        let result = await withTaskCancellationHandler {
            await work.result
        } onCancel: {
            work.cancel()
        }
        alarm.cancel()
        let hasExpired = (try? await alarm.value) != nil
        if case .failure(let error) = result {
            try Task.checkCancellation()
            throw hasExpired ? BuildError.provisionerTimedOut(type, after: limit) : error
        }
    }
}
