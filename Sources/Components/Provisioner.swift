public import Communicator
public import Configuration

/// A provisioner that is prepared, wherever its options were checked: here, or in a plugin.
public protocol RunnableProvisioner: Sendable {
    /// Does the work; Packer's Provision.
    ///
    /// - Parameters:
    ///   - machine: How the machine is reached.
    ///   - ui: Whom to tell.
    ///   - data: What the builder found out about the machine, for `{{build "Host"}}`.
    /// - Throws: What went wrong; `CancellationError` when the task was cancelled. Nothing of the
    ///   provisioner's own is left on the machine then.
    func provision(
        _ machine: any Communicator,
        ui: any UserInterface,
        data: GeneratedData
    ) async throws
}

/// A step of a build that changes the machine.
///
/// A provisioner knows the machine only through its `Communicator` and the person only through
/// its ``UserInterface``.
public protocol Provisioner: RunnableProvisioner {
    /// Which options there are, in the order of their declaration.
    static var fields: [FieldSpecification] { get }

    /// Checks a configuration and makes the provisioner from it; Packer's Prepare.
    ///
    /// Touches nothing and reaches no machine.
    ///
    /// - Throws: `ConfigurationErrors` with everything that is wrong.
    static func prepare(
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) throws -> Prepared<Self>
}

/// A component that is ready to work, and what its configuration made it say.
public struct Prepared<Component: Sendable>: Sendable {
    /// The component.
    public var component: Component
    /// Things the user should know that are not errors.
    public var warnings: [String]
    /// What a builder will find out beside the usual, for `{{build "KEY"}}`; of no meaning for others.
    public var generatedKeys: [String]

    /// A component with its warnings.
    public init(
        _ component: Component,
        warnings: [String] = [],
        generatedKeys: [String] = []
    ) {
        self.component = component
        self.warnings = warnings
        self.generatedKeys = generatedKeys
    }
}
