public import Communicator
public import Components

/// The step in which a builder has its machine provisioned; Packer's StepProvision.
///
/// When a step failed, this one or a later one, its clean-up has the template's error-cleanup
/// provisioner run, if there is one, while the machine is still there: earlier steps are cleaned up
/// after it.
public struct ProvisionStep<State: Sendable>: Step {
    private let hook: any Hook
    private let machine: @Sendable (State) -> any Communicator
    private let data: @Sendable (State) -> GeneratedData
    /// `StepProvision`, as people know it from Packer.
    public let name = "StepProvision"
    /// How long the error-cleanup provisioner may take; 1 hour unless set.
    public var cleanUpLimit: Duration = .seconds(3600)

    /// A step that runs a core's provisioners.
    ///
    /// - Parameters:
    ///   - hook: What the core gave the builder to run.
    ///   - machine: How the machine is reached, by what earlier steps left in the state.
    ///   - data: What was found out about the machine.
    public init(
        hook: any Hook,
        machine: @escaping @Sendable (State) -> any Communicator,
        data: @escaping @Sendable (State) -> GeneratedData = { _ in GeneratedData() }
    ) {
        self.hook = hook
        self.machine = machine
        self.data = data
    }

    /// Yes: it is what that choice of `-on-error` asks for.
    public var runsCleanupProvisioner: Bool { true }

    /// Has the machine provisioned.
    public func run(_ state: inout State, ui: any UserInterface) async throws {
        try await hook.run(.provision, ui: ui, machine: machine(state), data: data(state))
    }

    /// Has the error-cleanup provisioner run where a step failed; not after a cancellation.
    public func cleanUp(
        _ state: inout State,
        after outcome: StepOutcome,
        ui: any UserInterface
    ) async throws {
        guard case .failed = outcome else { return }
        await ui.say(
            "Provisioning step had errors: Running the cleanup provisioner, if present..."
        )
        try await hook.run(.cleanupProvision, ui: ui, machine: machine(state), data: data(state))
    }
}
