package import Communicator
package import Components
internal import Deadlines
internal import MessagePack
package import NetRPC

/// The `Hook` endpoint: how a builder has its machine provisioned.
///
/// The host serves it; while it runs, the builder serves the machine and a user interface back.
/// Source: `rpc/hook.go` of Packer's plugin SDK.
enum HookEndpoint {
    static let run = "Hook.Run"
    static let cancel = "Hook.Cancel"

    struct RunArguments: Codable, Sendable {
        var name: String
        var data: MessagePackValue
        var streamID: UInt32

        enum CodingKeys: String, CodingKey {
            case name = "Name"
            case data = "Data"
            case streamID = "StreamId"
        }
    }
}

/// The host's hook: a builder's half.
package struct RemoteHook: Hook {
    private let client: NetRPCClient
    private let broker: MuxBroker

    /// The hook that a stream's other side serves.
    package init(over client: NetRPCClient, broker: MuxBroker) {
        self.client = client
        self.broker = broker
    }

    /// `Hook.Run`; a cancelled task sends `Hook.Cancel` and waits for the end.
    package func run(
        _ name: HookName,
        ui: any UserInterface,
        machine: any Communicator,
        data: GeneratedData
    ) async throws {
        let line = await broker.reserve()
        let service = StreamService(line, broker: broker, machine: machine, ui: ui)
        let arguments = HookEndpoint.RunArguments(
            name: name.rawValue,
            data: data.wireValue,
            streamID: line.id
        )
        _ = try await service.call(
            cancel: { [client] in _ = try? await client.call(HookEndpoint.cancel) },
            { [client] in try await client.call(HookEndpoint.run, arguments) }
        )
    }
}

/// Serves a hook: the host's half.
package struct HookServer: Sendable {
    private let hook: any Hook
    private let broker: MuxBroker
    private let calls = RunningCalls()

    /// Serves `hook`.
    package init(_ hook: any Hook, broker: MuxBroker) {
        self.hook = hook
        self.broker = broker
    }

    /// Adds the endpoint's methods to what a stream serves.
    package func register(on server: NetRPCServer) async throws {
        let (hook, broker, calls) = (hook, broker, calls)
        try await server.register(inOrder: HookEndpoint.run) {
            (arguments: HookEndpoint.RunArguments) in
            let call = calls.begin()
            return { () async throws -> NetRPCNothing in
                try await call.run {
                    let client = try await broker.client(dialling: arguments.streamID)
                    try await closing(client) {
                        // Packer runs nothing for a name that it does not know.
                        guard let name = HookName(rawValue: arguments.name) else { return }
                        let data = try GeneratedData(wire: arguments.data)
                        let ui = RemoteUserInterface(over: client)
                        let machine = RemoteCommunicator(over: client, broker: broker)
                        try await hook.run(name, ui: ui, machine: machine, data: data)
                        await ui.finish()
                    }
                }
                return NetRPCNothing()
            }
        }
        try await server.register(HookEndpoint.cancel) { (_: NetRPCNothing) in
            calls.cancel()
        }
    }
}
