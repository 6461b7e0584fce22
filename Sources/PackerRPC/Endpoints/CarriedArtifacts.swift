package import Components
package import Configuration
package import MessagePack

/// An artifact of this process as another one asks it.
package struct ArtifactAdapter: ServedArtifact {
    private let artifact: any Artifact

    /// Serves an artifact.
    package init(_ artifact: any Artifact) {
        self.artifact = artifact
    }

    /// Its maker's name.
    package func builderID() -> String { artifact.builderID }
    /// Its files.
    package func files() -> [String] { artifact.files }
    /// Its name where it lives.
    package func id() -> String { artifact.id }
    /// What to tell the user.
    package func summary() -> String { artifact.summary }
    /// Deletes what it is made of.
    package func destroy() async throws { try await artifact.destroy() }

    /// What is known about it by name.
    package func state(_ name: String) async throws -> MessagePackValue {
        WireValue.encoded(try await artifact.state(name))
    }
}

/// An artifact of another process as a component of this one sees it.
package struct ReceivedArtifact: Artifact {
    /// Its maker's name.
    package let builderID: String
    /// Its files.
    package let files: [String]
    /// Its name where it lives.
    package let id: String
    /// What to tell the user.
    package let summary: String
    private let artifact: any ServedArtifact

    /// Asks for what an artifact always has.
    package init(_ artifact: any ServedArtifact) async throws {
        self.artifact = artifact
        builderID = try await artifact.builderID()
        files = try await artifact.files()
        id = try await artifact.id()
        summary = try await artifact.summary()
    }

    /// What is known about it by name.
    package func state(_ name: String) async throws -> ConfigurationValue {
        try WireValue.decoded(try await artifact.state(name))
    }

    /// Deletes what it is made of.
    package func destroy() async throws { try await artifact.destroy() }
}
