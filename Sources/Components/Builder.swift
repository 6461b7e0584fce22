public import Configuration

/// Makes or reaches a machine and has it provisioned.
public protocol Builder: Sendable {
    /// Which options there are, in the order of their declaration.
    static var fields: [FieldSpecification] { get }

    /// Checks a configuration and makes the builder from it; Packer's Prepare.
    ///
    /// - Throws: `ConfigurationErrors` with everything that is wrong.
    static func prepare(
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) throws -> Prepared<Self>

    /// Reaches the machine, runs the hook ``HookName/provision`` on it, and cleans up.
    ///
    /// - Returns: What was made, or `nil` when there is nothing to show.
    func run(ui: any UserInterface, hook: any Hook) async throws -> (any Artifact)?
}
