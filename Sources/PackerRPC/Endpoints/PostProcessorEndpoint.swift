package import Components
package import MessagePack
package import NetRPC

/// A post-processor as it is called from another process.
package protocol ServedPostProcessor: Sendable {
    /// Which options it has, as the calling side wants to read them. Called more than once.
    func specification() async throws -> [UInt8]

    /// Takes its configurations in the form in which they crossed; a later call begins anew.
    func configure(_ configurations: [MessagePackValue]) async throws

    /// Makes one artifact of another. Cancelled by `PostProcessor.Cancel`.
    func postProcess(
        _ artifact: any ServedArtifact,
        ui: any UserInterface
    ) async throws -> ServedPostProcessed
}

/// What a post-processor gives back.
package struct ServedPostProcessed: Sendable {
    /// What it made; `nil` for nothing.
    package var artifact: (any ServedArtifact)?
    /// Whether it wants what it was given to be kept.
    package var keepsInput: Bool
    /// Whether it insists on that, against the template.
    package var forcesKeeping: Bool

    /// A result made of its parts.
    package init(
        _ artifact: (any ServedArtifact)?,
        keepsInput: Bool = false,
        forcesKeeping: Bool = false
    ) {
        self.artifact = artifact
        self.keepsInput = keepsInput
        self.forcesKeeping = forcesKeeping
    }
}

/// The `PostProcessor` endpoint.
///
/// Source: `rpc/post_processor.go` of Packer's plugin SDK.
enum PostProcessorEndpoint {
    static let specification = "PostProcessor.ConfigSpec"
    static let configure = "PostProcessor.Configure"
    static let postProcess = "PostProcessor.PostProcess"
    static let cancel = "PostProcessor.Cancel"

    struct Reply: Codable, Sendable {
        var error: ComponentEndpoint.BasicError?
        var keepsInput = false
        var forcesKeeping = false
        var streamID: UInt32 = 0

        enum CodingKeys: String, CodingKey {
            case error = "Err"
            case keepsInput = "Keep"
            case forcesKeeping = "ForceOverride"
            case streamID = "StreamId"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(error, forKey: .error)
            try container.encode(keepsInput, forKey: .keepsInput)
            try container.encode(forcesKeeping, forKey: .forcesKeeping)
            try container.encode(streamID, forKey: .streamID)
        }
    }
}

/// A post-processor in another process: the host's half.
package struct RemotePostProcessor: ServedPostProcessor {
    private let client: NetRPCClient
    private let broker: MuxBroker

    /// The post-processor that a plugin serves on its first stream.
    package init(over client: NetRPCClient, broker: MuxBroker) {
        self.client = client
        self.broker = broker
    }

    /// `PostProcessor.ConfigSpec`.
    package func specification() async throws -> [UInt8] {
        try await client.call(
            PostProcessorEndpoint.specification,
            returning: ComponentEndpoint.SpecificationReply.self
        ).bytes
    }

    /// `PostProcessor.Configure`.
    package func configure(_ configurations: [MessagePackValue]) async throws {
        do {
            let arguments = ComponentEndpoint.ConfigurationArguments(configurations: configurations)
            try await client.call(PostProcessorEndpoint.configure, arguments)
        } catch {
            throw ComponentEndpoint.failure(error)
        }
    }

    /// `PostProcessor.PostProcess`; a cancelled task sends `PostProcessor.Cancel`.
    ///
    /// The artifact that comes back may ask the one that was given, so that one is served for as
    /// long as the session lasts.
    package func postProcess(
        _ artifact: any ServedArtifact,
        ui: any UserInterface
    ) async throws -> ServedPostProcessed {
        let line = await broker.reserve()
        let client = client
        let service = StreamService(line, broker: broker, ui: ui, outlivesCall: true) { server in
            try await ArtifactServer(artifact).register(on: server)
        }
        let reply = try await service.call(
            cancel: { _ = try? await client.call(PostProcessorEndpoint.cancel) },
            {
                try await client.call(
                    PostProcessorEndpoint.postProcess,
                    line.id,
                    returning: PostProcessorEndpoint.Reply.self
                )
            }
        )
        if let error = reply.error { throw ComponentEndpoint.failure(error) }
        var result = ServedPostProcessed(
            nil,
            keepsInput: reply.keepsInput,
            forcesKeeping: reply.forcesKeeping
        )
        if reply.streamID != 0 {
            result.artifact = try await RemoteArtifact.dialling(reply.streamID, broker)
        }
        return result
    }
}

/// Serves a post-processor: the plugin's half.
package struct PostProcessorServer: Sendable {
    private let postProcessor: any ServedPostProcessor
    private let broker: MuxBroker
    private let artifacts: OfferedArtifacts
    private let calls = RunningCalls()

    /// Serves `postProcessor`, and what it makes.
    package init(
        _ postProcessor: any ServedPostProcessor,
        broker: MuxBroker,
        artifacts: OfferedArtifacts
    ) {
        self.postProcessor = postProcessor
        self.broker = broker
        self.artifacts = artifacts
    }

    /// Adds the endpoint's methods to what the first stream serves.
    package func register(on server: NetRPCServer) async throws {
        let (postProcessor, calls) = (postProcessor, calls)
        try await server.register(PostProcessorEndpoint.specification) { (_: NetRPCNothing) in
            ComponentEndpoint.SpecificationReply(bytes: try await postProcessor.specification())
        }
        try await server.register(PostProcessorEndpoint.configure) {
            (arguments: ComponentEndpoint.ConfigurationArguments) in
            try await postProcessor.configure(arguments.configurations)
        }
        try await server.register(inOrder: PostProcessorEndpoint.postProcess) {
            (streamID: UInt32) in
            let call = calls.begin()
            return {
                do {
                    return try await call.run { try await process(streamID) }
                } catch {
                    return PostProcessorEndpoint.Reply(error: .init(error))
                }
            }
        }
        try await server.register(PostProcessorEndpoint.cancel) { (_: NetRPCNothing) in
            calls.cancel()
        }
    }

    private func process(_ streamID: UInt32) async throws -> PostProcessorEndpoint.Reply {
        let client = try await broker.client(dialling: streamID)
        do {
            let ui = RemoteUserInterface(over: client)
            let input = RemoteArtifact(over: client)
            let result = try await postProcessor.postProcess(input, ui: ui)
            await ui.finish()
            var reply = PostProcessorEndpoint.Reply(
                keepsInput: result.keepsInput,
                forcesKeeping: result.forcesKeeping
            )
            // What comes back may be, or may ask, what was given: its stream stays open then, for
            // as long as somebody holds the client.
            if let artifact = result.artifact {
                reply.streamID = try await artifacts.offer(artifact)
            } else {
                await client.close()
            }
            return reply
        } catch {
            await client.close()
            throw error
        }
    }
}
