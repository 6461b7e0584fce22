package import Components
package import Configuration
internal import PackerRPC

/// A builder that runs in a plugin.
package struct PluginBuilder: RunnableBuilder {
    private let plugin: RunningPlugin

    /// Has a plugin check a builder's options; as ``PluginProvisioner/prepare(_:in:by:)``.
    package static func prepare(
        _ options: ConfigurationValue,
        in context: PrepareContext,
        by plugin: RunningPlugin
    ) async throws -> Prepared<any RunnableBuilder> {
        let preparation = try await plugin.preparing("Builder.Prepare") {
            try await plugin.session.builder
                .prepare(PluginConfiguration.builder(options, context))
        }
        return Prepared(
            PluginBuilder(plugin: plugin),
            warnings: preparation.warnings,
            generatedKeys: preparation.generatedVariables
        )
    }

    /// `Builder.Run`, the hook being served to the plugin meanwhile.
    package func run(ui: any UserInterface, hook: any Hook) async throws -> (any Artifact)? {
        try await plugin.during("Builder.Run") {
            guard let artifact = try await plugin.session.builder.run(ui: ui, hook: hook) else {
                return nil
            }
            return PluginArtifact(try await ReceivedArtifact(artifact), plugin: plugin)
        }
    }
}
