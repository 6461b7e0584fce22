internal import Deadlines
internal import PackerRPC
internal import Processes
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
                let component = try plugin.component(kind, name)
                let wire = ConfigurationWire(usesProtobuf: invocation.wantsProtobuf)
                PluginLog.write("[INFO] \(plugin.greeting(kind, name, invocation))")
                let trace = try TraceOutput.trace(of: component.fields(), named: name)
                try await serve(component.make(wire), as: invocation, trace)
                PluginLog.write("[INFO] the host is gone, and nothing is left to do")
            }
            exit(0)
        } catch {
            PluginLog.write("\(error)")
            exit(1)
        }
    }

    private static func serve(
        _ component: PluginSession.Component,
        as invocation: PluginInvocation,
        _ trace: RPCTrace?
    ) async throws {
        PluginSignals.surviveClosedPipes()
        let connection = try await invocation.transport.connect(
            invocation.handshake,
            ports: invocation.ports
        )
        PluginLog.write("[INFO] the host is connected")
        PluginSignals.ignore()
        try await PluginSession.serve(component, over: connection, trace: trace) {
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
