public import Components

/// One step of a builder's work, such as making a machine or reaching it; Packer's multistep.Step.
///
/// ```swift
/// struct StepStart: Step {
///     func run(_ build: inout BuildState, ui: any UserInterface) async throws {
///         await ui.say("Starting the machine...")
///         build.machine = try await start(build.image)
///     }
///
///     func cleanUp(
///         _ build: inout BuildState,
///         after outcome: StepOutcome,
///         ui: any UserInterface
///     ) async throws {
///         guard let machine = build.machine else { return }
///         try await machine.remove()
///         build.machine = nil
///     }
/// }
/// ```
///
/// A step has no state of its own: it may be run again when the person asks for it, and what it
/// makes belongs into the state, where its clean-up and later steps find it.
public protocol Step<State>: Sendable {
    /// What the steps of one build pass along; a struct as a rule.
    associatedtype State: Sendable

    /// What the person knows the step by, as in `Step "StepStart" failed`; the type's name unless
    /// declared.
    var name: String { get }

    /// How long the step's clean-up may take before it is cancelled; 5 minutes unless declared.
    var cleanUpLimit: Duration { get }

    /// Whether ``cleanUp(_:after:ui:)`` is called with `-on-error=run-cleanup-provisioner` too,
    /// which leaves out every other clean-up. It is for ``ProvisionStep``; false unless declared.
    var runsCleanupProvisioner: Bool { get }

    /// Does the work.
    ///
    /// - Parameters:
    ///   - state: What earlier steps left; changes stay when the step throws.
    ///   - ui: Whom to tell.
    /// - Throws: Why the build cannot go on; shown to the person, so it is not to be said before.
    ///   `CancellationError` when the task was cancelled.
    func run(_ state: inout State, ui: any UserInterface) async throws

    /// Undoes what is not part of the result.
    ///
    /// Called once for each step whose ``run(_:ui:)`` was called, the last one first, after success,
    /// failure and cancellation, in a task that the build's cancellation does not reach. It is
    /// cancelled when it takes longer than ``cleanUpLimit``.
    ///
    /// - Parameters:
    ///   - state: What the steps and the clean-ups of later steps left.
    ///   - outcome: How the steps ended.
    ///   - ui: Whom to tell.
    /// - Throws: What could not be undone. It is shown, and the next clean-up follows.
    func cleanUp(
        _ state: inout State,
        after outcome: StepOutcome,
        ui: any UserInterface
    ) async throws
}

extension Step {
    /// The type's name, as in Packer.
    public var name: String { String(describing: Self.self) }

    /// 5 minutes.
    public var cleanUpLimit: Duration { .seconds(300) }

    /// No: this step's clean-up is one like others.
    public var runsCleanupProvisioner: Bool { false }

    /// Nothing to undo.
    public func cleanUp(
        _ state: inout State,
        after outcome: StepOutcome,
        ui: any UserInterface
    ) async throws {}
}

/// How a sequence of steps ended, before anything was cleaned up.
public enum StepOutcome: Sendable {
    /// Every step was run.
    case succeeded
    /// The named step threw an error; later ones were not run.
    case failed(step: String, any Error)
    /// The task was cancelled; later steps were not run.
    case cancelled
}
