package import Components
package import Configuration
internal import HCLSpecification
internal import PackerRPC

/// A data source that runs in a plugin.
package struct PluginDataSource: Sendable {
    private let plugin: RunningPlugin
    private let usesProtobuf: Bool

    /// Has a plugin check a data source's options; as ``PluginProvisioner/prepare(_:in:by:)``.
    ///
    /// - Parameters:
    ///   - options: What the template says.
    ///   - context: What the core says of the run.
    ///   - plugin: Serves the data source.
    ///   - usesProtobuf: Whether the plugin was started with `--protobuf`.
    /// - Returns: The data source, ready to be asked.
    /// - Throws: `ConfigurationErrors` in the plugin's words; ``PluginFailure``; `CancellationError`.
    package static func prepare(
        _ options: ConfigurationValue,
        in context: PrepareContext,
        by plugin: RunningPlugin,
        usesProtobuf: Bool
    ) async throws -> Prepared<PluginDataSource> {
        try await plugin.preparing("Datasource.Configure") {
            try await plugin.session.dataSource
                .configure(PluginConfiguration.step(options, context))
        }
        return Prepared(PluginDataSource(plugin: plugin, usesProtobuf: usesProtobuf))
    }

    /// `Datasource.Execute`; its value says its own type.
    ///
    /// - Returns: A map with a value for each output.
    /// - Throws: The data source's failure; `HCLSpecificationError` for what is no value;
    ///   ``PluginFailure``; `CancellationError`.
    package func execute() async throws -> ConfigurationValue {
        let source = plugin.session.dataSource
        return try await plugin.during("Datasource.Execute") {
            let bytes = try await source.execute()
            let value =
                usesProtobuf ? try CtyValue(messagePack: bytes) : try CtyValue(gob: bytes)
            return value.configuration
        }
    }
}
