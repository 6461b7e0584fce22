package import Communicator
package import Components
package import MessagePack
package import NetRPC

/// A provisioner as it is called from another process.
package protocol ServedProvisioner: Sendable {
    /// Which options it has, as the calling side wants to read them. Called more than once.
    func specification() async throws -> [UInt8]

    /// Takes its configurations in the form in which they crossed; a later call begins anew.
    func prepare(_ configurations: [MessagePackValue]) async throws

    /// Does the work. Cancelled by `Provisioner.Cancel`.
    func provision(
        _ machine: any Communicator,
        ui: any UserInterface,
        data: GeneratedData
    ) async throws
}

/// The `Provisioner` endpoint.
///
/// Source: `rpc/provisioner.go` of Packer's plugin SDK.
enum ProvisionerEndpoint {
    static let specification = "Provisioner.ConfigSpec"
    static let prepare = "Provisioner.Prepare"
    static let provision = "Provisioner.Provision"
    static let cancel = "Provisioner.Cancel"

    struct ProvisionArguments: Codable, Sendable {
        var generatedData: MessagePackValue
        var streamID: UInt32

        enum CodingKeys: String, CodingKey {
            case generatedData = "GeneratedData"
            case streamID = "StreamID"
        }
    }
}

/// A provisioner in another process: the host's half.
package struct RemoteProvisioner: ServedProvisioner {
    private let client: NetRPCClient
    private let broker: MuxBroker

    /// The provisioner that a plugin serves on its first stream.
    package init(over client: NetRPCClient, broker: MuxBroker) {
        self.client = client
        self.broker = broker
    }

    /// `Provisioner.ConfigSpec`.
    package func specification() async throws -> [UInt8] {
        try await client.call(
            ProvisionerEndpoint.specification,
            returning: ComponentEndpoint.SpecificationReply.self
        ).bytes
    }

    /// `Provisioner.Prepare`.
    package func prepare(_ configurations: [MessagePackValue]) async throws {
        do {
            let arguments = ComponentEndpoint.ConfigurationArguments(configurations: configurations)
            try await client.call(ProvisionerEndpoint.prepare, arguments)
        } catch {
            throw ComponentEndpoint.failure(error)
        }
    }

    /// `Provisioner.Provision`; a cancelled task sends `Provisioner.Cancel` and waits for the end.
    package func provision(
        _ machine: any Communicator,
        ui: any UserInterface,
        data: GeneratedData
    ) async throws {
        let line = await broker.reserve()
        let service = StreamService(line, broker: broker, machine: machine, ui: ui)
        let arguments = ProvisionerEndpoint.ProvisionArguments(
            generatedData: data.wireValue,
            streamID: line.id
        )
        _ = try await service.call(
            cancel: { [client] in _ = try? await client.call(ProvisionerEndpoint.cancel) },
            { [client] in try await client.call(ProvisionerEndpoint.provision, arguments) }
        )
    }
}

/// Serves a provisioner: the plugin's half.
package struct ProvisionerServer: Sendable {
    private let provisioner: any ServedProvisioner
    private let broker: MuxBroker
    private let calls = RunningCalls()

    /// Serves `provisioner`.
    package init(_ provisioner: any ServedProvisioner, broker: MuxBroker) {
        self.provisioner = provisioner
        self.broker = broker
    }

    /// Adds the endpoint's methods to what the first stream serves.
    package func register(on server: NetRPCServer) async throws {
        let (provisioner, broker, calls) = (provisioner, broker, calls)
        try await server.register(ProvisionerEndpoint.specification) { (_: NetRPCNothing) in
            ComponentEndpoint.SpecificationReply(bytes: try await provisioner.specification())
        }
        try await server.register(ProvisionerEndpoint.prepare) {
            (arguments: ComponentEndpoint.ConfigurationArguments) in
            try await provisioner.prepare(arguments.configurations)
        }
        try await server.register(inOrder: ProvisionerEndpoint.provision) {
            (arguments: ProvisionerEndpoint.ProvisionArguments) in
            let call = calls.begin()
            return { () async throws -> NetRPCNothing in
                try await call.run {
                    // At once: the host waits five seconds for the stream.
                    let client = try await broker.client(dialling: arguments.streamID)
                    try await closing(client) {
                        let data = try GeneratedData(wire: arguments.generatedData)
                        let ui = RemoteUserInterface(over: client)
                        let machine = RemoteCommunicator(over: client, broker: broker)
                        try await provisioner.provision(machine, ui: ui, data: data)
                        await ui.finish()
                    }
                }
                return NetRPCNothing()
            }
        }
        try await server.register(ProvisionerEndpoint.cancel) { (_: NetRPCNothing) in
            calls.cancel()
        }
    }
}

/// Does some work with a client that is closed afterwards, whatever comes.
func closing<Value>(
    _ client: NetRPCClient,
    _ work: () async throws -> Value
) async throws -> Value {
    do {
        let value = try await work()
        await client.close()
        return value
    } catch {
        await client.close()
        throw error
    }
}
