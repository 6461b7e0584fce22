package import ByteStreams
package import Communicator
import NetRPC
import PackerRPC
import Yamux

/// A machine that is served to another process and called from there, the two being one here.
package struct RelayedMachine: Communicator {
    private let remote: RemoteCommunicator
    private let served: CommunicatorServer
    private let brokers: [MuxBroker]

    /// Serves `machine` over a connection, in memory if none is given.
    package init(
        _ machine: any Communicator,
        over connection: (near: any ByteStream, far: any ByteStream)? = nil
    ) async throws {
        let (near, far) = connection ?? InMemoryByteStream.pair()
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

    /// Ends what runs, and the connection.
    package func close() async {
        await served.end()
        for broker in brokers { await broker.close() }
    }

    /// As the machine does it.
    package func run<Value: Sendable>(
        _ command: RemoteCmd,
        _ body: (RemoteCmd.Execution) async throws -> Value
    ) async throws -> RemoteCmd.Result<Value> {
        try await remote.run(command, body)
    }

    /// As the machine does it.
    package func upload(_ source: UploadSource, to path: String, options: TransferOptions)
        async throws
    {
        try await remote.upload(source, to: path, options: options)
    }

    /// As the machine does it.
    package func uploadDirectory(
        _ source: String,
        to path: String,
        options: TransferOptions
    ) async throws {
        try await remote.uploadDirectory(source, to: path, options: options)
    }

    /// As the machine does it.
    package func download(_ path: String, to target: DownloadTarget, options: TransferOptions)
        async throws
    {
        try await remote.download(path, to: target, options: options)
    }

    /// As the machine does it.
    package func downloadDirectory(
        _ path: String,
        to destination: String,
        options: TransferOptions
    ) async throws {
        try await remote.downloadDirectory(path, to: destination, options: options)
    }
}
