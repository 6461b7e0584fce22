internal import ByteStreams
package import Communicator
internal import Deadlines
internal import MessagePack
package import NetRPC
internal import Yamux

/// Serves a machine on a stream: to a provisioner of Packer's or to a hook.
///
/// Commands go on when the call that started them has its reply, and end with the stream on which
/// it came: nobody is left then who could see how they end.
package actor CommunicatorServer {
    private let machine: any Communicator
    private let broker: MuxBroker
    private var commands: [UInt32: Task<Void, Never>] = [:]

    /// How many commands of one stream run at once; a machine's own limit is lower.
    private static let maximumCommands = 256

    /// Serves `machine`; the broker is of the session that is served, and opens its streams.
    package init(_ machine: any Communicator, broker: MuxBroker) {
        self.machine = machine
        self.broker = broker
    }

    /// Adds the endpoint's methods to what a stream serves.
    package nonisolated func register(on server: NetRPCServer) async throws {
        try await server.register(CommunicatorEndpoint.start) {
            (arguments: CommunicatorEndpoint.StartArguments) in
            try await CarriedFailure.carrying { try await self.start(arguments) }
        }
        try await server.register(CommunicatorEndpoint.cancel) {
            (arguments: CommunicatorEndpoint.CancelArguments) in
            await self.cancel(arguments.response)
        }
        try await server.register(CommunicatorEndpoint.upload) {
            (arguments: CommunicatorEndpoint.UploadArguments) in
            try await CarriedFailure.carrying { try await self.upload(arguments) }
        }
        try await server.register(CommunicatorEndpoint.download) {
            (arguments: CommunicatorEndpoint.DownloadArguments) in
            try await CarriedFailure.carrying { try await self.download(arguments) }
        }
        try await server.register(CommunicatorEndpoint.uploadDirectory) {
            (arguments: CommunicatorEndpoint.DirectoryArguments) in
            let options = TransferOptions(exclude: arguments.exclude)
            try await CarriedFailure.carrying {
                try await self.machine.uploadDirectory(
                    arguments.source,
                    to: arguments.destination,
                    options: options
                )
            }
        }
        try await server.register(CommunicatorEndpoint.downloadDirectory) {
            (arguments: CommunicatorEndpoint.DirectoryArguments) in
            let options = TransferOptions(exclude: arguments.exclude)
            try await CarriedFailure.carrying {
                try await self.machine.downloadDirectory(
                    arguments.source,
                    to: arguments.destination,
                    options: options
                )
            }
        }
    }

    /// Ends the commands that still run, once nobody can hear of them any more.
    package func end() async {
        let running = commands.values
        for command in running { command.cancel() }
        for command in running { await command.value }
    }

    // MARK: Commands

    private func start(_ arguments: CommunicatorEndpoint.StartArguments) async throws {
        guard commands.count < Self.maximumCommands, commands[arguments.response] == nil else {
            throw NetRPCError(.server, "\(commands.count) commands run already")
        }
        guard let text = arguments.command.bytes else {
            throw NetRPCError(.server, "the command is no text")
        }
        let streams = try await CommandStreams.dial(arguments, broker)
        var command = RemoteCmd(bytes: text, standardInput: streams.input == nil ? .empty : .body)
        arguments.extra?.apply(to: &command)
        let isExtended = arguments.extra != nil
        let (machine, ready) = (machine, command)
        let (starts, started) = AsyncStream<Result<Void, any Error>>.makeStream()
        commands[arguments.response] = Task {
            do {
                let result = try await machine.run(ready) { execution in
                    started.yield(.success(()))
                    try await streams.carry(execution)
                }
                await streams.finish(result.end, isExtended: isExtended)
            } catch {
                started.yield(.failure(error))
                await streams.fail(error, isExtended: isExtended)
            }
            started.finish()
            self.ended(arguments.response)
        }
        for await result in starts { return try result.get() }
    }

    private func ended(_ id: UInt32) { commands[id] = nil }

    private func cancel(_ id: UInt32) async {
        guard let command = commands[id] else { return }
        command.cancel()
        await command.value
    }

    // MARK: Files

    private nonisolated func upload(_ arguments: CommunicatorEndpoint.UploadArguments) async throws
    {
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

    private nonisolated func download(
        _ arguments: CommunicatorEndpoint.DownloadArguments
    ) async throws {
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
