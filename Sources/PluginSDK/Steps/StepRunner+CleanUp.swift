import Components
import Configuration

extension StepRunner {
    /// Cleans up after the steps that were run, the last one first, or says what is left.
    func cleanUp(_ state: inout State, after progress: StepProgress<State>) async {
        let isLeaving = isLeaving(after: progress)
        var isAnnounced = false
        for (number, step) in progress.ran.enumerated().reversed() {
            let isLast = number == progress.ran.count - 1
            if isDebugging, !isLast || hasPaused(after: progress) {
                await pause("before cleanup of", step)
            }
            if isLeaving, !(onError == .runCleanupProvisioner && step.runsCleanupProvisioner) {
                var lines = isAnnounced ? [] : announcement(of: progress)
                isAnnounced = true
                // The announcement speaks of the last step itself.
                if !isLast {
                    lines.append("aborted: skipping cleanup of step \(step.name.goQuoted)")
                }
                await show(lines)
            } else {
                await cleanUp(step, &state, after: progress.outcome)
            }
        }
    }

    /// Whether the run paused after the last step that it ran: it does so after success only.
    private func hasPaused(after progress: StepProgress<State>) -> Bool {
        if case .succeeded = progress.outcome { true } else { false }
    }

    private func isLeaving(after progress: StepProgress<State>) -> Bool {
        if case .succeeded = progress.outcome { return false }
        return switch onError {
        case .cleanUp: false
        case .ask: progress.isAborted
        case .abort, .runCleanupProvisioner: true
        }
    }

    /// Why everything is left as it is, in Packer's words.
    private func announcement(of progress: StepProgress<State>) -> [String] {
        switch progress.outcome {
        case .succeeded: []
        case .cancelled: ["Interrupted, aborting..."]
        case .failed(let step, let error):
            (progress.isErrorShown ? [] : ["\(error)"])
                + ["Step \(step.goQuoted) failed, aborting..."]
        }
    }

    private func cleanUp(
        _ step: any Step<State>,
        _ state: inout State,
        after outcome: StepOutcome
    ) async {
        let (before, ui) = (state, ui)
        let end = await Shielded.run(limit: step.cleanUpLimit, grace: grace) {
            var after = before
            do {
                try await step.cleanUp(&after, after: outcome, ui: ui)
                return (state: after, error: nil as (any Error)?)
            } catch {
                return (state: after, error: error)
            }
        }
        let name = step.name.goQuoted
        switch end {
        case .inTime(let result):
            state = result.state
            if let error = result.error {
                await show(["Cleanup of step \(name) failed: \(error)"])
            }
        case .cancelled(let result):
            state = result.state
            let limit = step.cleanUpLimit.goText
            await show([
                "Cleanup of step \(name) was cancelled after \(limit)"
                    + (result.error.map { ": \($0)" } ?? "") + "; look for what it has left"
            ])
        case .abandoned:
            await show([
                "Cleanup of step \(name) has not ended \((step.cleanUpLimit + grace).goText) "
                    + "after its start and is no longer waited for; look for what it has left"
            ])
        }
    }

    /// Shows errors, also when the build is cancelled: an interface may be another process, which
    /// is asked nothing more by a cancelled task.
    private func show(_ lines: [String]) async {
        guard !lines.isEmpty else { return }
        let ui = ui
        await Task { for line in lines { await ui.error(line) } }.value
    }
}
