internal import ByteStreams
package import Communicator
internal import Deadlines
internal import MessagePack
package import NetRPC
internal import Yamux

/// Serves a machine on a stream: to a provisioner of Packer's or to a hook.
///
/// Commands go on when the call that started them has its reply; ``end()`` ends them, once the stream
/// on which it came is gone: nobody is left then who could see how they end.
package struct CommunicatorServer: Sendable {
    private let machine: any Communicator
    private let broker: MuxBroker
    private let calls = RunningCalls()

    /// How many commands of one stream run at once; a machine's own limit is lower.
    private static let maximumCommands = 256

    /// Serves `machine`; the broker is of the session that is served, and opens its streams.
    package init(_ machine: any Communicator, broker: MuxBroker) {
        self.machine = machine
        self.broker = broker
    }

    /// Adds the endpoint's methods to what a stream serves.
    package func register(on server: NetRPCServer) async throws {
        try await server.register(inOrder: CommunicatorEndpoint.start) {
            (arguments: CommunicatorEndpoint.StartArguments) in
            let call = try begin(arguments.response)
            return {
                try await CarriedFailure.carrying { try await start(arguments, call) }
                return NetRPCNothing()
            }
        }
        try await server.register(CommunicatorEndpoint.cancel) {
            (arguments: CommunicatorEndpoint.CancelArguments) in
            await calls.end(arguments.response)
        }
        try await server.register(CommunicatorEndpoint.upload) {
            (arguments: CommunicatorEndpoint.UploadArguments) in
            try await CarriedFailure.carrying { try await upload(arguments) }
        }
        try await server.register(CommunicatorEndpoint.download) {
            (arguments: CommunicatorEndpoint.DownloadArguments) in
            try await CarriedFailure.carrying { try await download(arguments) }
        }
        try await register(CommunicatorEndpoint.uploadDirectory, on: server) {
            try await machine.uploadDirectory($0.source, to: $0.destination, options: $0.options)
        }
        try await register(CommunicatorEndpoint.downloadDirectory, on: server) {
            try await machine.downloadDirectory($0.source, to: $0.destination, options: $0.options)
        }
    }

    /// Ends the commands and transfers that still run, and begins no other.
    package func end() async { await calls.end() }

    private func begin(_ number: UInt32) throws -> RunningCall {
        guard let call = calls.begin(number, limit: Self.maximumCommands) else {
            throw NetRPCError(
                .server,
                "\(number) names a command that runs already, or \(calls.count) run"
            )
        }
        return call
    }

    // MARK: Commands

    private func start(
        _ arguments: CommunicatorEndpoint.StartArguments,
        _ call: RunningCall
    ) async throws {
        guard let text = arguments.command.bytes else {
            throw NetRPCError(.server, "the command is no text")
        }
        let (starts, started) = AsyncStream<Result<Void, any Error>>.makeStream()
        Task {
            do {
                try await call.run {
                    let streams = try await CommandStreams.dial(arguments, broker)
                    var command = RemoteCmd(bytes: text, standardInput: streams.standardInput)
                    arguments.extra?.apply(to: &command)
                    await run(command, streams, isExtended: arguments.extra != nil) {
                        started.yield($0)
                    }
                }
            } catch {
                started.yield(.failure(error))
            }
            started.finish()
        }
        for await result in starts { return try result.get() }
        // The stream has ended, and with it what came on it.
        call.cancel()
        throw CancellationError()
    }

    private func run(
        _ command: RemoteCmd,
        _ streams: CommandStreams,
        isExtended: Bool,
        _ started: @Sendable (Result<Void, any Error>) -> Void
    ) async {
        do {
            let result = try await machine.run(command) { execution in
                started(.success(()))
                try await streams.carryOutput(of: execution)
            }
            await streams.finish(result.end, isExtended: isExtended)
        } catch {
            started(.failure(error))
            await streams.fail(error, isExtended: isExtended)
        }
    }

    // MARK: Files

    private func register(
        _ method: String,
        on server: NetRPCServer,
        _ move: @escaping @Sendable (CommunicatorEndpoint.DirectoryArguments) async throws -> Void
    ) async throws {
        try await server.register(inOrder: method) {
            (arguments: CommunicatorEndpoint.DirectoryArguments) in
            let call = try arguments.number.map(begin) ?? calls.begin()
            return {
                try await CarriedFailure.carrying {
                    try await call.run { try await move(arguments) }
                }
                return NetRPCNothing()
            }
        }
    }

    private func upload(_ arguments: CommunicatorEndpoint.UploadArguments) async throws {
        let stream = try await broker.dial(arguments.reader)
        let information = arguments.information
        let content = UploadedStream(stream, size: information.map { $0.size } ?? -1)
        let mode = information.map { GoFileMode.permissions($0.mode) }
        do {
            let source = UploadSource(.stream(content), mode: mode == 0 ? nil : mode)
            try await machine.upload(source, to: arguments.path)
        } catch {
            await stream.close()
            throw error
        }
        await stream.close()
    }

    private func download(_ arguments: CommunicatorEndpoint.DownloadArguments) async throws {
        let stream = try await broker.dial(arguments.writer)
        do {
            try await machine.download(arguments.path, to: .sink(DownloadSink(stream: stream)))
            try await stream.finishWriting()
        } catch {
            await stream.close()
            throw error
        }
        await stream.close()
    }
}

/// What a peer uploads; a peer that stops early has not uploaded a file.
private actor UploadedStream: ByteSource {
    private let stream: YamuxStream
    private let size: Int64
    private var count: Int64 = 0

    /// A negative size is unknown.
    init(_ stream: YamuxStream, size: Int64) {
        self.stream = stream
        self.size = size
    }

    func read(upTo wanted: Int) async throws -> [UInt8]? {
        if let bytes = try await stream.read(upTo: wanted) {
            count += Int64(bytes.count)
            return bytes
        }
        guard count >= size else {
            throw PackerRPCError(
                .connectionLost,
                "the file ended after \(count) of \(size) bytes"
            )
        }
        return nil
    }
}

/// Where a peer reads a file that it downloads.
private struct DownloadSink: ByteSink {
    let stream: YamuxStream

    func write(_ bytes: [UInt8]) async throws {
        for start in stride(from: 0, to: bytes.count, by: CommunicatorEndpoint.pieceSize) {
            let end = min(start + CommunicatorEndpoint.pieceSize, bytes.count)
            try await stream.write(Array(bytes[start..<end]))
        }
    }
}
