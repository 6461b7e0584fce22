internal import Components
internal import Configuration
internal import MessagePack
internal import PackerRPC

/// An artifact of this program as Packer asks it.
struct ArtifactAdapter: ServedArtifact {
    private let artifact: any Artifact

    init(_ artifact: any Artifact) {
        self.artifact = artifact
    }

    func builderID() -> String { artifact.builderID }
    func files() -> [String] { artifact.files }
    func id() -> String { artifact.id }
    func summary() -> String { artifact.summary }
    func destroy() async throws { try await artifact.destroy() }

    func state(_ name: String) async throws -> MessagePackValue {
        WireValue.encoded(try await artifact.state(name))
    }
}

/// Packer's artifact as a component of this program sees it.
struct ReceivedArtifact: Artifact {
    let builderID: String
    let files: [String]
    let id: String
    let summary: String
    private let artifact: any ServedArtifact

    /// Asks for what an artifact always has.
    init(_ artifact: any ServedArtifact) async throws {
        self.artifact = artifact
        builderID = try await artifact.builderID()
        files = try await artifact.files()
        id = try await artifact.id()
        summary = try await artifact.summary()
    }

    func state(_ name: String) async throws -> ConfigurationValue {
        try WireValue.decoded(try await artifact.state(name))
    }

    func destroy() async throws { try await artifact.destroy() }
}
