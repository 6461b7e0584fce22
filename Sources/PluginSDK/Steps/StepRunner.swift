public import Components
public import Configuration

/// Runs the steps of a builder in order and cleans up after them; Packer's multistep with `-debug`
/// and `-on-error`.
///
/// ```swift
/// func run(ui: any UserInterface, hook: any Hook) async throws -> (any Artifact)? {
///     var build = BuildState()
///     let provision = ProvisionStep<BuildState>(hook: hook) { $0.connection }
///     let steps: [any Step<BuildState>] = [StepStart(), StepConnect(), provision, StepStop()]
///     try await StepRunner(steps, ui: ui, in: context).run(&build)
///     return build.artifact
/// }
/// ```
///
/// **Cancellation.** The step that runs is cancelled with the calling task; clean-ups are not. Each
/// has its ``Step/cleanUpLimit`` instead, so a run ends, whatever a step does.
public struct StepRunner<State: Sendable>: Sendable {
    let steps: [any Step<State>]
    let ui: any UserInterface
    let isDebugging: Bool
    let onError: OnError
    /// How long a clean-up may go on after it was cancelled.
    var grace: Duration = .seconds(10)

    /// A runner of these steps.
    ///
    /// - Parameters:
    ///   - steps: The steps in order; a runner can run them several times.
    ///   - ui: Whom to tell, and whom to ask.
    ///   - isDebugging: Whether to wait for the person after each step, and before it is cleaned
    ///     up.
    ///   - onError: What is done when a step fails. `OnError.abort` and
    ///     `OnError.runCleanupProvisioner` also leave everything when the build is cancelled.
    public init(
        _ steps: [any Step<State>],
        ui: any UserInterface,
        isDebugging: Bool = false,
        onError: OnError = .cleanUp
    ) {
        self.steps = steps
        self.ui = ui
        self.isDebugging = isDebugging
        self.onError = onError
    }

    /// A runner that does as the core said when the builder was prepared.
    public init(_ steps: [any Step<State>], ui: any UserInterface, in context: PrepareContext) {
        self.init(
            steps,
            ui: ui,
            isDebugging: context.isDebugging,
            onError: context.onError
        )
    }

    /// Runs the steps, then cleans up after those that were run.
    ///
    /// - Parameter state: What the steps pass along. Of a clean-up that did not end the changes
    ///   are lost.
    /// - Throws: What the step that failed threw; `CancellationError` when the task was cancelled
    ///   before the last step had ended. That a clean-up failed is shown and not thrown.
    public func run(_ state: inout State) async throws {
        var progress = StepProgress<State>()
        for step in steps {
            guard !Task.isCancelled else { break }
            progress.ran.append(step)
            await attempt(step, &state, &progress)
            guard case .succeeded = progress.outcome, !Task.isCancelled else { break }
            if isDebugging { await pause("after run of", step) }
        }
        if case .succeeded = progress.outcome, Task.isCancelled { progress.outcome = .cancelled }
        await RunningCleanUps.shared.begin()
        await cleanUp(&state, after: progress)
        await RunningCleanUps.shared.end()
        switch progress.outcome {
        case .succeeded: return
        case .failed(_, let error): throw error
        case .cancelled: throw CancellationError()
        }
    }

    /// Runs a step, again and again as long as the person wants that.
    private func attempt(
        _ step: any Step<State>,
        _ state: inout State,
        _ progress: inout StepProgress<State>
    ) async {
        while true {
            do {
                try await step.run(&state, ui: ui)
                progress.outcome = .succeeded
                return
            } catch {
                progress.outcome =
                    Task.isCancelled ? .cancelled : .failed(step: step.name, error)
                guard onError == .ask, !Task.isCancelled else { return }
                await ui.error("\(error)")
                await ui.say("Step \(step.name.goQuoted) failed")
                progress.isErrorShown = true
            }
            switch await answer() {
            case .retry: continue
            case .abort:
                progress.isAborted = true
                return
            case .cleanUp:
                if Task.isCancelled { progress.outcome = .cancelled }
                return
            }
        }
    }

    private enum Answer {
        case cleanUp
        case abort
        case retry
    }

    /// Asks what to do after a failure, until the answer is one; nobody to ask means clean up.
    private func answer() async -> Answer {
        let question =
            "[c] Clean up and exit, [a] abort without cleanup, or [r] retry step "
            + "(build may fail even if retry succeeds)? "
        while true {
            let line: String
            do {
                line = try await ui.ask(question, isSecret: false)
            } catch {
                if !Task.isCancelled { await ui.error("\(error); cleaning up") }
                return .cleanUp
            }
            switch line.lowercased().first {
            case "c", nil: return .cleanUp
            case "a": return .abort
            case "r": return .retry
            default: await ui.say("Incorrect input: \(line.goQuoted)")
            }
        }
    }

    /// Waits for the person; a cancellation, or nobody to ask, ends it.
    func pause(_ place: String, _ step: any Step<State>) async {
        guard !Task.isCancelled else { return }
        let question = "Pausing \(place) step '\(step.name)'. Press enter to continue. "
        _ = try? await ui.ask(question, isSecret: false)
    }
}

/// How far a run has come.
struct StepProgress<State: Sendable> {
    /// The steps that were run, the last one whether it succeeded or not.
    var ran: [any Step<State>] = []
    var outcome = StepOutcome.succeeded
    /// Whether the person chose to leave everything as it is.
    var isAborted = false
    /// Whether the person has seen why the step failed.
    var isErrorShown = false
}
