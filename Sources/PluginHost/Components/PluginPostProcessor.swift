package import Components
package import Configuration
internal import PackerRPC

/// A post-processor that runs in a plugin.
package struct PluginPostProcessor: RunnablePostProcessor {
    private let plugin: RunningPlugin

    /// Has a plugin check a post-processor's options; as ``PluginProvisioner/prepare(_:in:by:)``.
    package static func prepare(
        _ options: ConfigurationValue,
        in context: PrepareContext,
        by plugin: RunningPlugin
    ) async throws -> Prepared<any RunnablePostProcessor> {
        try await plugin.preparing("PostProcessor.Configure") {
            try await plugin.session.postProcessor
                .configure(PluginConfiguration.step(options, context))
        }
        return Prepared(PluginPostProcessor(plugin: plugin))
    }

    /// `PostProcessor.PostProcess`, the artifact being served to the plugin from now on.
    package func postProcess(
        _ artifact: any Artifact,
        ui: any UserInterface
    ) async throws -> PostProcessed {
        try await plugin.during("PostProcessor.PostProcess") {
            let result = try await plugin.session.postProcessor
                .postProcess(ArtifactAdapter(artifact), ui: ui)
            var made: PluginArtifact?
            if let artifact = result.artifact {
                made = PluginArtifact(try await ReceivedArtifact(artifact), plugin: plugin)
            }
            return PostProcessed(
                made,
                keepsInput: result.keepsInput,
                forcesKeeping: result.forcesKeeping
            )
        }
    }
}
