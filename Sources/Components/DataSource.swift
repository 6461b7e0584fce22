public import Configuration

/// Finds values for a template before its builds begin; of Packer since 1.7.
public protocol DataSource: Sendable {
    /// Which options there are, in the order of their declaration.
    static var fields: [FieldSpecification] { get }

    /// Which values it gives: an options block whose values are not options.
    static var outputs: [FieldSpecification] { get }

    /// Checks a configuration and makes the data source from it; Packer's Configure.
    ///
    /// - Throws: `ConfigurationErrors` with everything that is wrong.
    static func prepare(
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) throws -> Prepared<Self>

    /// Finds the values.
    ///
    /// - Returns: A map with a value for each of ``outputs``.
    /// - Throws: Why they cannot be found; `CancellationError` when the task is cancelled.
    func execute() async throws -> ConfigurationValue
}
