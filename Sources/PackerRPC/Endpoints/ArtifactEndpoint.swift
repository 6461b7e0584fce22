internal import Components
package import MessagePack
package import NetRPC

/// An artifact as it is asked from another process: Packer's, with what only its wire has.
package protocol ServedArtifact: Sendable {
    /// Who made it; see `Artifact.builderID`.
    func builderID() async throws -> String
    /// The files it is made of; may be empty.
    func files() async throws -> [String]
    /// Its name where it lives.
    func id() async throws -> String
    /// What to tell the user.
    func summary() async throws -> String
    /// Something that is known about it by name, or nil.
    func state(_ name: String) async throws -> MessagePackValue
    /// Deletes what it is made of.
    func destroy() async throws
}

/// The `Artifact` endpoint.
///
/// Source: `rpc/artifact.go` of Packer's plugin SDK.
enum ArtifactEndpoint {
    static let builderID = "Artifact.BuilderId"
    static let files = "Artifact.Files"
    static let id = "Artifact.Id"
    static let summary = "Artifact.String"
    static let state = "Artifact.State"
    static let destroy = "Artifact.Destroy"
}

/// An artifact in another process.
package struct RemoteArtifact: ServedArtifact {
    private let client: NetRPCClient

    /// The artifact that a stream's other side serves.
    package init(over client: NetRPCClient) {
        self.client = client
    }

    /// The artifact that a reply names.
    ///
    /// Asked for also when the caller is cancelled by now: what was made is somebody's to destroy.
    static func dialling(_ id: UInt32, _ broker: MuxBroker) async throws -> RemoteArtifact {
        let dialling = Task { try await broker.client(dialling: id) }
        return RemoteArtifact(over: try await dialling.value)
    }

    /// `Artifact.BuilderId`.
    package func builderID() async throws -> String {
        try await client.call(ArtifactEndpoint.builderID, returning: String.self)
    }

    /// `Artifact.Files`.
    package func files() async throws -> [String] {
        try await client.call(ArtifactEndpoint.files, returning: [String].self)
    }

    /// `Artifact.Id`.
    package func id() async throws -> String {
        try await client.call(ArtifactEndpoint.id, returning: String.self)
    }

    /// `Artifact.String`.
    package func summary() async throws -> String {
        try await client.call(ArtifactEndpoint.summary, returning: String.self)
    }

    /// `Artifact.State`.
    package func state(_ name: String) async throws -> MessagePackValue {
        try await client.call(ArtifactEndpoint.state, name, returning: MessagePackValue.self)
    }

    /// `Artifact.Destroy`.
    ///
    /// Go sends a failure as its reply, a map with a message; ours are errors.
    package func destroy() async throws {
        do {
            let reply = try await client.call(
                ArtifactEndpoint.destroy,
                returning: MessagePackValue.self
            )
            for entry in reply.entries ?? [] where entry.key.string == "Message" {
                throw ComponentFailure(message: entry.value.string ?? "it says no more")
            }
        } catch {
            throw ComponentEndpoint.failure(error)
        }
    }
}

/// Serves an artifact for as long as the session lasts.
package struct ArtifactServer: Sendable {
    private let artifact: any ServedArtifact

    /// Serves `artifact`.
    package init(_ artifact: any ServedArtifact) {
        self.artifact = artifact
    }

    /// Adds the endpoint's methods to what a stream serves.
    package func register(on server: NetRPCServer) async throws {
        let artifact = artifact
        try await server.register(ArtifactEndpoint.builderID) { (_: NetRPCNothing) in
            try await artifact.builderID()
        }
        try await server.register(ArtifactEndpoint.files) { (_: NetRPCNothing) in
            try await artifact.files()
        }
        try await server.register(ArtifactEndpoint.id) { (_: NetRPCNothing) in
            try await artifact.id()
        }
        try await server.register(ArtifactEndpoint.summary) { (_: NetRPCNothing) in
            try await artifact.summary()
        }
        try await server.register(ArtifactEndpoint.state) { (name: String) in
            try await artifact.state(name)
        }
        try await server.register(ArtifactEndpoint.destroy) { (_: NetRPCNothing) in
            try await artifact.destroy()
        }
    }
}

/// The artifacts that a plugin serves to its host, each on a stream that the host opens at its leisure.
package actor OfferedArtifacts {
    private let broker: MuxBroker
    private var serving: [UInt32: Task<Void, Never>] = [:]

    /// Nothing offered yet; the broker is of the session with the host.
    package init(broker: MuxBroker) {
        self.broker = broker
    }

    /// Serves an artifact until the host closes its stream, or never opens it.
    ///
    /// - Returns: The stream's number.
    func offer(_ artifact: any ServedArtifact) async throws -> UInt32 {
        let server = NetRPCServer()
        try await ArtifactServer(artifact).register(on: server)
        let line = await broker.reserve()
        serving[line.id] = Task {
            if let stream = try? await line.accept() {
                try? await server.serve(broker.serving(stream, line.id))
            }
            serving[line.id] = nil
        }
        return line.id
    }

    /// Waits until nothing is worked on any more, such as the deletion of an artifact; what is worked
    /// on is cancelled.
    package func end() async {
        let serving = serving.values
        for task in serving { task.cancel() }
        for task in serving { await task.value }
    }
}
