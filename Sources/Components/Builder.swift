public import Configuration

/// A builder that is prepared, wherever its options were checked: here, or in a plugin.
public protocol RunnableBuilder: Sendable {
    /// Reaches the machine, runs the hook ``HookName/provision`` on it, and cleans up.
    ///
    /// - Returns: What was made, or `nil` when there is nothing to show.
    func run(ui: any UserInterface, hook: any Hook) async throws -> (any Artifact)?
}

/// Makes or reaches a machine and has it provisioned.
public protocol Builder: RunnableBuilder {
    /// Which options there are, in the order of their declaration.
    static var fields: [FieldSpecification] { get }

    /// Checks a configuration and makes the builder from it; Packer's Prepare.
    ///
    /// - Throws: `ConfigurationErrors` with everything that is wrong.
    static func prepare(
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) throws -> Prepared<Self>
}
