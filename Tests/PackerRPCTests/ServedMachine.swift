import ByteStreams
import Communicator
import MessagePack
import NetRPC
@testable import PackerRPC
import Yamux

/// A machine that is served over a connection in memory, with both sides at hand.
struct ServedMachine {
    let caller: MuxBroker
    let server: MuxBroker
    /// Calls the machine's methods.
    let client: NetRPCClient
    let served: CommunicatorServer

    var remote: RemoteCommunicator { RemoteCommunicator(over: client, broker: caller) }

    /// Does something with a machine that is served.
    static func with(
        _ machine: any Communicator,
        _ body: (ServedMachine) async throws -> Void
    ) async throws {
        let methods = NetRPCServer()
        let (near, far) = InMemoryByteStream.pair()
        let caller = await MuxBroker(over: await .start(over: near, as: .client))
        let server = await MuxBroker(over: await .start(over: far, as: .server))
        let served = CommunicatorServer(machine, broker: server)
        try await served.register(on: methods)
        let line = await caller.reserve()
        let serving = Task { try await methods.serve(try await server.dial(line.id)) }
        let client = await NetRPCClient(over: try await line.accept())
        let all = ServedMachine(caller: caller, server: server, client: client, served: served)
        let result: Result<Void, any Error>
        do { result = .success(try await body(all)) } catch { result = .failure(error) }
        await served.end()
        await client.close()
        _ = await serving.result
        await caller.close()
        await server.close()
        try result.get()
    }

    /// Starts a command as Go does, or ours; the streams are those that the machine has opened.
    func start(
        _ command: String,
        input: BrokerReservation,
        isOurs: Bool = false
    ) async throws -> (input: YamuxStream, response: YamuxStream) {
        let response = await caller.reserve()
        try await client.call(
            CommunicatorEndpoint.start,
            CommunicatorEndpoint.StartArguments(
                command: .string(command),
                standardInput: input.id,
                standardOutput: 0,
                standardError: 0,
                response: response.id,
                extra: isOurs ? .init(RemoteCmd(command)) : nil
            )
        )
        return (try await input.accept(), try await response.accept())
    }

    /// How a command ended, by its response stream.
    static func end(_ response: YamuxStream) async throws -> RemoteCmd.End {
        var bytes: [UInt8] = []
        while let more = try await response.read(upTo: 4096) { bytes += more }
        return CommandFinished(decoding: bytes).end
    }
}
