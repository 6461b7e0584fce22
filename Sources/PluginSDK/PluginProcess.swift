internal import Deadlines
internal import PackerRPC
internal import Processes
internal import SocketStreams
internal import StepRunner

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// This process as a plugin: from its arguments to its end.
///
/// Source: `plugin/server.go` of Packer's plugin SDK, whose sequence is kept.
enum PluginProcess {
    /// How long the host has to connect; Packer gives a plugin a minute to start.
    private static let connectionTime = Duration.seconds(60)

    /// How long what a component is doing may take to end once the host is gone, beside the clean-up
    /// of a ``StepRunner``, which has limits of its own: a command that is ended takes 15 seconds.
    private static let farewellTime = Duration.seconds(30)

    static func run(_ plugin: PluginSet) async -> Never {
        do {
            let invocation = try PluginInvocation(
                arguments: CommandLine.arguments,
                environment: ProcessEnvironment.variables
            )
            switch invocation.action {
            case .describe:
                PluginSignals.surviveClosedPipes()
                try StandardOutput.write(plugin.description.encoded)
            case .serve(let kind, let name):
                let maker = try plugin.component(kind, name)
                let wire = ConfigurationWire(usesProtobuf: invocation.wantsProtobuf)
                try await serve(maker(wire), invocation.handshake)
            }
            exit(0)
        } catch {
            PluginLog.write("\(error)")
            exit(1)
        }
    }

    private static func serve(
        _ component: PluginSession.Component,
        _ form: HandshakeLine.Form
    ) async throws {
        PluginSignals.surviveClosedPipes()
        let output = try HostOutput.take()
        let path = PluginSocket.path()
        let listener = try await PluginSocket.listen(at: path)
        let late = PackerRPCError(
            .connectionLost,
            "nobody connected within \(connectionTime); Packer connects at once"
        )
        let connection: SocketStream
        do {
            try output.write(HandshakeLine(.unix(path: path), form: form).encoded)
            connection = try await withDeadline(connectionTime, throwing: late) {
                for await connection in listener.connections { return connection }
                throw CancellationError()
            }
        } catch {
            await listener.close()
            throw error
        }
        PluginSignals.ignore()
        await listener.close()
        try await PluginSession.serve(component, over: connection) {
            Task {
                try await RunningCleanUps.shared.settle {
                    try await AwakeTime.sleep(for: farewellTime)
                }
                PluginLog.write("[WARN] the host is gone, and what it had begun does not end")
                exit(1)
            }
        }
    }
}
