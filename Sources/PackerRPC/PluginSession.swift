package import ByteStreams
internal import Deadlines
internal import NetRPC
internal import Processes
internal import Yamux

/// The plugin's side of a connection with the host that started it: serves one component.
///
/// ```swift
/// try await PluginSession.serve(.provisioner(provisioner), over: connection)
/// ```
/// The connection is any byte stream: a Unix socket, TCP, a pipe.
package enum PluginSession {
    /// What a plugin process is.
    package enum Component: Sendable {
        /// A builder.
        case builder(any ServedBuilder)
        /// A provisioner.
        case provisioner(any ServedProvisioner)
        /// A post-processor.
        case postProcessor(any ServedPostProcessor)
        /// A data source.
        case dataSource(any ServedDataSource)
    }

    /// How long the host may take to open the first stream, as in Go.
    private static let firstStreamTime = Duration.seconds(5)

    /// Serves a component until the host closes its first stream, or is gone, and what it began has
    /// ended: that is cancelled, and waited for without limit.
    ///
    /// - Parameters:
    ///   - component: What is served.
    ///   - connection: From the host.
    ///   - trace: Where to write the conversation down, if anywhere.
    ///   - onHostGone: Called once, when nothing can be asked any more.
    /// - Throws: ``PackerRPCError`` when the host opens nothing or the connection breaks;
    ///   `CancellationError`. The host's going away is not an error.
    package static func serve(
        _ component: Component,
        over connection: any ByteStream,
        trace: RPCTrace? = nil,
        onHostGone: @escaping @Sendable () -> Void = {}
    ) async throws {
        let session = await YamuxSession.start(over: connection, as: .server)
        let broker = await MuxBroker(over: session, trace: trace)
        let artifacts = OfferedArtifacts(broker: broker)
        let end: Result<Void, any Error>
        do {
            let stream = try await broker.acceptMain(within: firstStreamTime)
            let server = NetRPCServer()
            try await register(component, on: server, broker, artifacts)
            end = .success(
                try await server.serve(EndWatchingStream(broker.serving(stream, 0), onHostGone))
            )
        } catch let error as NetRPCError where error.code == .connectionLost {
            // A host ends its plugins without a word.
            end = .success(())
        } catch {
            end = .failure(error)
        }
        await artifacts.end()
        await broker.close()
        try end.get()
    }

    private static func register(
        _ component: Component,
        on server: NetRPCServer,
        _ broker: MuxBroker,
        _ artifacts: OfferedArtifacts
    ) async throws {
        switch component {
        case .builder(let builder):
            try await BuilderServer(builder, broker: broker, artifacts: artifacts)
                .register(on: server)
        case .provisioner(let provisioner):
            try await ProvisionerServer(provisioner, broker: broker).register(on: server)
        case .postProcessor(let postProcessor):
            try await PostProcessorServer(postProcessor, broker: broker, artifacts: artifacts)
                .register(on: server)
        case .dataSource(let dataSource):
            try await DataSourceServer(dataSource).register(on: server)
        }
    }
}

/// A stream that says once when no more can be read from it.
private struct EndWatchingStream: ByteStream {
    private let stream: any ByteStream
    private let onEnd: LockedValue<(@Sendable () -> Void)?>

    init(_ stream: any ByteStream, _ onEnd: @escaping @Sendable () -> Void) {
        self.stream = stream
        self.onEnd = LockedValue(onEnd)
    }

    func read(upTo count: Int) async throws -> [UInt8]? {
        do {
            if let bytes = try await stream.read(upTo: count) { return bytes }
            ended()
            return nil
        } catch {
            ended()
            throw error
        }
    }

    func write(_ bytes: [UInt8]) async throws { try await stream.write(bytes) }
    func finishWriting() async throws { try await stream.finishWriting() }
    func close() async { await stream.close() }

    private func ended() {
        let onEnd = onEnd.withLock { onEnd in
            defer { onEnd = nil }
            return onEnd
        }
        onEnd?()
    }
}

/// The host's side of a connection with a plugin: calls its component.
package struct HostSession: Sendable {
    private let client: NetRPCClient
    private let broker: MuxBroker

    /// Begins a conversation over a connection, which is the session's from now on.
    ///
    /// - Parameters:
    ///   - connection: With the plugin.
    ///   - keepAliveInterval: How often the plugin is asked for a sign of life; it has ten seconds to
    ///     give it.
    ///   - trace: Where to write the conversation down, if anywhere.
    /// - Throws: ``PackerRPCError`` when the plugin does not take the first stream in time.
    package init(
        over connection: any ByteStream,
        keepAliveInterval: Duration = .seconds(30),
        trace: RPCTrace? = nil
    ) async throws {
        var configuration = YamuxConfiguration()
        configuration.keepAliveInterval = keepAliveInterval
        let session = await YamuxSession.start(
            over: connection,
            as: .client,
            configuration: configuration
        )
        broker = await MuxBroker(over: session, trace: trace)
        do {
            client = try await broker.client(dialling: 0)
        } catch {
            await broker.close()
            throw error
        }
    }

    /// The plugin as a builder.
    package var builder: RemoteBuilder { RemoteBuilder(over: client, broker: broker) }
    /// The plugin as a provisioner.
    package var provisioner: RemoteProvisioner { RemoteProvisioner(over: client, broker: broker) }
    /// The plugin as a post-processor.
    package var postProcessor: RemotePostProcessor {
        RemotePostProcessor(over: client, broker: broker)
    }
    /// The plugin as a data source.
    package var dataSource: RemoteDataSource { RemoteDataSource(over: client) }

    /// Whether an error is of the conversation, not of what was asked in it: the plugin is gone, does
    /// not answer, or says what it must not.
    package static func isLoss(_ error: any Error) -> Bool {
        switch error {
        case let error as NetRPCError:
            [.connectionLost, .closed, .protocolViolation, .undecodableReply].contains(error.code)
        case let error as PackerRPCError:
            [.connectionLost, .closed, .protocolViolation, .brokerTimeout].contains(error.code)
        default: false
        }
    }

    /// Whether an error of the conversation means that the plugin does not keep to the protocol.
    package func isViolation(_ error: any Error) async -> Bool {
        switch error {
        case let error as NetRPCError
        where [.protocolViolation, .undecodableReply].contains(error.code):
            true
        case let error as PackerRPCError where error.code == .protocolViolation: true
        default: await broker.hasSeenViolation
        }
    }

    /// Ends the conversation; a plugin ends with it.
    package func close() async {
        await client.close()
        await broker.close()
    }
}
