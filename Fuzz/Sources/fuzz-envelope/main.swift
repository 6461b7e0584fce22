import Communicator
import Dispatch
import NetRPC
import PackerRPC
import ByteStreams
import Yamux

/// Reads the input as the arguments and replies of every method, and lets it be a peer of both halves:
/// a caller of a machine and a user interface that are served, and one that answers calls.
///
/// A trap is a finding; so is a message that is another one once it was written and read again, and a
/// call or a session that does not end.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    _ = EnvelopeTrial.read(bytes)
    // The halves need tasks, which take a hundred times as long.
    guard bytes.reduce(0, &+) % 16 == 0 else { return 0 }
    let done = DispatchSemaphore(value: 0)
    Task {
        await serve(bytes)
        await call(bytes)
        done.signal()
    }
    done.wait()
    return 0
}

private let methods = [
    "Communicator.Start", "Communicator.PackerSwiftCancel", "Communicator.Upload",
    "Communicator.UploadDir", "Communicator.Download", "Communicator.DownloadDir", "Ui.Say",
    "Ui.Message", "Ui.Error", "Ui.Machine", "Ui.Ask", "Ui.NewTrackProgress",
]

/// The input as the body of a request, of a method that it chooses; then as a whole stream.
private func serve(_ bytes: [UInt8]) async {
    let name = methods[Int(bytes.first ?? 0) % methods.count]
    let header = NetRPCRequestHeader(serviceMethod: name, sequence: 0)
    let message = NetRPCMessage(header: header, body: Array(bytes.dropFirst())).encoded()
    for stream in [message, bytes] {
        let (near, far) = InMemoryByteStream.pair()
        let (left, right) = InMemoryByteStream.pair()
        // Every stream that a request names is refused at once: the session is over.
        let broker = await MuxBroker(over: await .start(over: left, as: .client))
        await broker.close()
        await right.close()
        let server = NetRPCServer()
        let machine = CommunicatorServer(NoMachine(), broker: broker)
        guard (try? await machine.register(on: server)) != nil else { fatalError("registered") }
        try? await near.write(stream)
        try? await near.finishWriting()
        try? await server.serve(far)
        await machine.end()
        await near.close()
    }
}

/// The input as the reply to a call, whole and as a body.
private func call(_ bytes: [UInt8]) async {
    let header = NetRPCResponseHeader(serviceMethod: "", sequence: 0, error: "")
    for stream in [NetRPCMessage(header: header, body: bytes).encoded(), bytes] {
        let (near, far) = InMemoryByteStream.pair()
        let client = await NetRPCClient(over: near)
        let answering = Task {
            // The call has left when something of it is there.
            _ = try? await far.read(upTo: 1)
            try? await far.write(stream)
            try? await far.finishWriting()
        }
        let source = RemoteDataSource(over: client)
        switch (bytes.last ?? 0) % 4 {
        case 0: _ = try? await source.specification()
        case 1: _ = try? await source.execute()
        case 2: _ = try? await source.configure([])
        default: _ = try? await RemoteArtifact(over: client).files()
        }
        await client.close()
        await answering.value
        await far.close()
    }
}

/// A machine that does nothing, whatever path or command the input is.
private struct NoMachine: Communicator {
    struct Nothing: Error {}

    func run<Value: Sendable>(
        _ command: RemoteCmd,
        _ body: (RemoteCmd.Execution) async throws -> Value
    ) async throws -> RemoteCmd.Result<Value> { throw Nothing() }

    func upload(
        _ source: UploadSource,
        to path: String,
        options: TransferOptions
    ) async throws { throw Nothing() }

    func uploadDirectory(
        _ source: String,
        to path: String,
        options: TransferOptions
    ) async throws {}

    func download(
        _ path: String,
        to target: DownloadTarget,
        options: TransferOptions
    ) async throws { throw Nothing() }

    func downloadDirectory(
        _ path: String,
        to destination: String,
        options: TransferOptions
    ) async throws {}
}
