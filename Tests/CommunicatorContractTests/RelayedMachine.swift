import ByteStreams
import Communicator
import NetRPC
import PackerRPC
import Yamux

/// A machine that is served to another process and called from there, the two being one here.
struct RelayedMachine: Communicator {
    private let remote: RemoteCommunicator
    private let served: CommunicatorServer
    private let brokers: [MuxBroker]

    /// Serves `machine` over a connection in memory.
    init(_ machine: any Communicator) async throws {
        let (near, far) = InMemoryByteStream.pair()
        let caller = await MuxBroker(over: await .start(over: near, as: .client))
        let server = await MuxBroker(over: await .start(over: far, as: .server))
        brokers = [caller, server]
        let methods = NetRPCServer()
        served = CommunicatorServer(machine, broker: server)
        try await served.register(on: methods)
        let line = await caller.reserve()
        let id = line.id
        Task { try await methods.serve(try await server.dial(id)) }
        let client = await NetRPCClient(over: try await line.accept())
        remote = RemoteCommunicator(over: client, broker: caller)
    }

    func close() async {
        await served.end()
        for broker in brokers { await broker.close() }
    }

    func run<Value: Sendable>(
        _ command: RemoteCmd,
        _ body: (RemoteCmd.Execution) async throws -> Value
    ) async throws -> RemoteCmd.Result<Value> {
        try await remote.run(command, body)
    }

    func upload(_ source: UploadSource, to path: String, options: TransferOptions) async throws {
        try await remote.upload(source, to: path, options: options)
    }

    func uploadDirectory(
        _ source: String,
        to path: String,
        options: TransferOptions
    ) async throws {
        try await remote.uploadDirectory(source, to: path, options: options)
    }

    func download(_ path: String, to target: DownloadTarget, options: TransferOptions) async throws
    {
        try await remote.download(path, to: target, options: options)
    }

    func downloadDirectory(
        _ path: String,
        to destination: String,
        options: TransferOptions
    ) async throws {
        try await remote.downloadDirectory(path, to: destination, options: options)
    }
}
