package import Communicator
internal import MessagePack
package import NetRPC
internal import Yamux

/// The machine behind a stream's other side, with Packer's five methods.
///
/// What Packer's wire cannot carry is lost, and nothing else:
/// - **No cancel.** A command that is given up, by cancellation or its deadline, runs on there, and
///   so does the move of a directory, unless the other side is ours.
/// - **A status is a number.** A signal is told from `exit 143` only by ours; a status that never
///   came is ``RemoteCmd/ExitStatus/disconnected``, not 123 as in Packer.
/// - **No modification time**, and a stream's mode needs its size: it is put in a temporary file
///   first.
/// - **Directories move without progress**, by the other process itself, which is on this machine.
package struct RemoteCommunicator: Communicator {
    let client: NetRPCClient
    let broker: MuxBroker

    /// How long the other side may take to say how a transfer went, once its stream has ended.
    var replyTime = Duration.seconds(30)

    /// The machine that a stream's other side serves.
    ///
    /// - Parameters:
    ///   - client: Calls the methods.
    ///   - broker: Gives out the streams for the bytes; of the same session.
    package init(over client: NetRPCClient, broker: MuxBroker) {
        self.client = client
        self.broker = broker
    }

    /// Runs a command; see ``Communicator/run(_:_:)``.
    package func run<Value: Sendable>(
        _ command: RemoteCmd,
        _ body: (RemoteCmd.Execution) async throws -> Value
    ) async throws -> RemoteCmd.Result<Value> {
        let session = try await start(command)
        return try await withSession(session, for: command, body)
    }

    private func start(_ command: RemoteCmd) async throws -> RemoteCommandSession {
        var lines: [BrokerReservation] = []
        // Packer's own order.
        if !command.standardInput.isEmpty { lines.append(await broker.reserve()) }
        let input = lines.first
        for _ in 0..<3 { lines.append(await broker.reserve()) }
        let rest = Array(lines.suffix(3))
        let arguments = CommunicatorEndpoint.StartArguments(
            command: Self.text(command.text),
            standardInput: input?.id ?? 0,
            standardOutput: rest[0].id,
            standardError: rest[1].id,
            response: rest[2].id,
            extra: CommunicatorEndpoint.Extra(command)
        )
        do {
            try await client.call(CommunicatorEndpoint.start, arguments)
            return await RemoteCommandSession(
                client,
                input: try await input?.accept(),
                output: try await rest[0].accept(),
                error: try await rest[1].accept(),
                response: try await rest[2].accept(),
                responseID: rest[2].id
            )
        } catch {
            // A command that was refused does not run; of any other that is not known.
            if (error as? NetRPCError)?.code != .server {
                await RemoteCommandSession.end(rest[2].id, client)
            }
            for line in lines { await line.cancel() }
            throw Self.error(error, "starting", command.label ?? "a command", .commandNotStarted)
        }
    }

    /// Brings a directory; see ``Communicator/downloadDirectory(_:to:options:)``.
    package func downloadDirectory(
        _ path: String,
        to destination: String,
        options: TransferOptions
    ) async throws {
        try await moveDirectory(
            CommunicatorEndpoint.downloadDirectory,
            CommunicatorEndpoint.DirectoryArguments(
                destination: destination,
                source: path,
                exclude: options.exclude
            ),
            "downloading",
            path
        )
    }

    /// Puts a directory; see ``Communicator/uploadDirectory(_:to:options:)``.
    package func uploadDirectory(
        _ source: String,
        to path: String,
        options: TransferOptions
    ) async throws {
        try await moveDirectory(
            CommunicatorEndpoint.uploadDirectory,
            CommunicatorEndpoint.DirectoryArguments(
                destination: path,
                source: source,
                exclude: options.exclude
            ),
            "uploading",
            source
        )
    }

    private func moveDirectory(
        _ method: String,
        _ arguments: CommunicatorEndpoint.DirectoryArguments,
        _ operation: String,
        _ target: String
    ) async throws {
        // A number that no stream has, to name the transfer by.
        let line = await broker.reserve()
        await line.cancel()
        var arguments = arguments
        arguments.number = line.id
        do {
            try await client.call(method, arguments)
        } catch {
            if error is CancellationError { await RemoteCommandSession.end(line.id, client) }
            throw Self.error(error, operation, target, .transferFailed)
        }
    }

    /// Text that need not be UTF-8, as Go's strings.
    private static func text(_ bytes: [UInt8]) -> MessagePackValue {
        String(validating: bytes, as: UTF8.self).map { .string($0) } ?? .invalidString(bytes)
    }

    /// An error of the other side, or of the way to it, as one of a communicator.
    static func error(
        _ error: any Error,
        _ operation: String,
        _ target: String,
        _ code: CommunicatorError.Code
    ) -> any Error {
        switch error {
        case is CancellationError, is CommunicatorError:
            return error
        case let error as NetRPCError where error.code == .server:
            if error.message == "context canceled" { return CancellationError() }
            if let carried = CarriedFailure.error(of: error) { return carried }
            return CommunicatorError(
                code,
                operation: operation,
                target: target,
                detail: error.message
            )
        default:
            return CommunicatorError(
                .disconnected,
                operation: operation,
                target: target,
                detail: "the other process could not be asked: \(error)"
            )
        }
    }
}
