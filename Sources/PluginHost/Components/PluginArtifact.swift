internal import Components
internal import Configuration
internal import PackerRPC

/// What a plugin has made; asked as long as the plugin runs.
struct PluginArtifact: Artifact {
    private let artifact: ReceivedArtifact
    private let plugin: RunningPlugin

    init(_ artifact: ReceivedArtifact, plugin: RunningPlugin) {
        self.artifact = artifact
        self.plugin = plugin
    }

    var builderID: String { artifact.builderID }
    var files: [String] { artifact.files }
    var id: String { artifact.id }
    var summary: String { artifact.summary }

    func state(_ name: String) async throws -> ConfigurationValue {
        try await plugin.during("Artifact.State") { try await artifact.state(name) }
    }

    func destroy() async throws {
        try await plugin.during("Artifact.Destroy") { try await artifact.destroy() }
    }
}
