package import Components
package import MessagePack
package import NetRPC

/// A builder as it is called from another process.
package protocol ServedBuilder: Sendable {
    /// Which options it has, as the calling side wants to read them. Called more than once.
    func specification() async throws -> [UInt8]

    /// Takes its configurations in the form in which they crossed; a later call begins anew.
    ///
    /// - Returns: What it will generate beside the usual data, and warnings.
    func prepare(_ configurations: [MessagePackValue]) async throws -> BuilderPreparation

    /// Makes an artifact, or `nil`. Cancelled by `Builder.Cancel`.
    func run(ui: any UserInterface, hook: any Hook) async throws -> (any ServedArtifact)?
}

/// What a builder says when it is prepared.
package struct BuilderPreparation: Sendable, Hashable {
    /// The names of the data that it generates beside the usual, for `build` in a template.
    package var generatedVariables: [String]
    /// What the user should know.
    package var warnings: [String]

    /// A preparation made of its parts.
    package init(generatedVariables: [String] = [], warnings: [String] = []) {
        self.generatedVariables = generatedVariables
        self.warnings = warnings
    }
}

/// The `Builder` endpoint.
///
/// Source: `rpc/builder.go` of Packer's plugin SDK.
enum BuilderEndpoint {
    static let specification = "Builder.ConfigSpec"
    static let prepare = "Builder.Prepare"
    static let run = "Builder.Run"
    static let cancel = "Builder.Cancel"

    struct PrepareReply: Codable, Sendable {
        var generatedVariables: [String]?
        var warnings: [String]?
        var error: ComponentEndpoint.BasicError?

        enum CodingKeys: String, CodingKey {
            case generatedVariables = "GeneratedVars"
            case warnings = "Warnings"
            case error = "Error"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(generatedVariables, forKey: .generatedVariables)
            try container.encode(warnings, forKey: .warnings)
            try container.encode(error, forKey: .error)
        }
    }
}

/// A builder in another process: the host's half.
package struct RemoteBuilder: ServedBuilder {
    private let client: NetRPCClient
    private let broker: MuxBroker

    /// The builder that a plugin serves on its first stream.
    package init(over client: NetRPCClient, broker: MuxBroker) {
        self.client = client
        self.broker = broker
    }

    /// `Builder.ConfigSpec`.
    package func specification() async throws -> [UInt8] {
        try await client.call(
            BuilderEndpoint.specification,
            returning: ComponentEndpoint.SpecificationReply.self
        ).bytes
    }

    /// `Builder.Prepare`.
    package func prepare(_ configurations: [MessagePackValue]) async throws -> BuilderPreparation {
        let reply: BuilderEndpoint.PrepareReply
        do {
            reply = try await client.call(
                BuilderEndpoint.prepare,
                ComponentEndpoint.ConfigurationArguments(configurations: configurations),
                returning: BuilderEndpoint.PrepareReply.self
            )
        } catch {
            throw ComponentEndpoint.failure(error)
        }
        if let error = reply.error { throw ComponentEndpoint.failure(error) }
        return BuilderPreparation(
            generatedVariables: reply.generatedVariables ?? [],
            warnings: reply.warnings ?? []
        )
    }

    /// `Builder.Run`; a cancelled task sends `Builder.Cancel` and waits for the end.
    package func run(ui: any UserInterface, hook: any Hook) async throws -> (any ServedArtifact)? {
        let line = await broker.reserve()
        let (client, broker) = (client, broker)
        let service = StreamService(line, broker: broker, ui: ui) { server in
            try await HookServer(hook, broker: broker).register(on: server)
        }
        let id = try await service.call(
            cancel: { _ = try? await client.call(BuilderEndpoint.cancel) },
            {
                try await client.call(BuilderEndpoint.run, line.id, returning: UInt32.self)
            }
        )
        guard id != 0 else { return nil }
        return try await RemoteArtifact.dialling(id, broker)
    }
}

/// Serves a builder: the plugin's half.
package struct BuilderServer: Sendable {
    private let builder: any ServedBuilder
    private let broker: MuxBroker
    private let artifacts: OfferedArtifacts
    private let calls = RunningCalls()

    /// Serves `builder`, and what it makes.
    package init(_ builder: any ServedBuilder, broker: MuxBroker, artifacts: OfferedArtifacts) {
        self.builder = builder
        self.broker = broker
        self.artifacts = artifacts
    }

    /// Adds the endpoint's methods to what the first stream serves.
    package func register(on server: NetRPCServer) async throws {
        let (builder, calls) = (builder, calls)
        try await server.register(BuilderEndpoint.specification) { (_: NetRPCNothing) in
            ComponentEndpoint.SpecificationReply(bytes: try await builder.specification())
        }
        try await server.register(BuilderEndpoint.prepare) {
            (arguments: ComponentEndpoint.ConfigurationArguments) in
            do {
                let preparation = try await builder.prepare(arguments.configurations)
                return BuilderEndpoint.PrepareReply(
                    generatedVariables: preparation.generatedVariables,
                    warnings: preparation.warnings
                )
            } catch {
                return BuilderEndpoint.PrepareReply(error: .init(error))
            }
        }
        try await server.register(inOrder: BuilderEndpoint.run) { (streamID: UInt32) in
            let call = calls.begin()
            return { try await call.run { try await run(streamID) } }
        }
        try await server.register(BuilderEndpoint.cancel) { (_: NetRPCNothing) in
            calls.cancel()
        }
    }

    private func run(_ streamID: UInt32) async throws -> UInt32 {
        let client = try await broker.client(dialling: streamID)
        let artifact = try await closing(client) {
            let ui = RemoteUserInterface(over: client)
            let hook = RemoteHook(over: client, broker: broker)
            let artifact = try await builder.run(ui: ui, hook: hook)
            await ui.finish()
            return artifact
        }
        guard let artifact else { return 0 }
        return try await artifacts.offer(artifact)
    }
}
