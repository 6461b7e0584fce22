internal import ByteStreams
internal import Communicator
internal import Deadlines
internal import NetRPC
internal import Yamux

/// A command that runs behind a stream's other side.
final class RemoteCommandSession: CommandSession {
    private let client: NetRPCClient
    private let standardInput: YamuxStream?
    private let outputs: [YamuxStream]
    private let response: YamuxStream
    private let responseID: UInt32
    private let output: MergedOutput

    /// How long ending a command may take on the other side, with the signals' grace.
    private static let cancelTime = Duration.seconds(15)

    /// A command whose streams the other side has opened.
    init(
        _ client: NetRPCClient,
        input: YamuxStream?,
        output: YamuxStream,
        error: YamuxStream,
        response: YamuxStream,
        responseID: UInt32
    ) async {
        self.client = client
        standardInput = input
        outputs = [output, error]
        self.response = response
        self.responseID = responseID
        self.output = await MergedOutput(output, error)
    }

    func nextOutput() async throws -> RemoteCmd.OutputChunk? {
        do {
            return try await output.next()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw CommunicatorError(
                .disconnected,
                operation: "reading the output of",
                target: "a command",
                detail: "\(error)"
            )
        }
    }

    func writeInput(_ bytes: [UInt8]) async throws {
        do {
            try await standardInput?.write(bytes)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // A command that has ended, or has closed its input.
        }
    }

    func finishInput() async throws {
        try? await standardInput?.finishWriting()
    }

    func waitForExit() async throws -> RemoteCmd.End {
        var bytes: [UInt8] = []
        do {
            while bytes.count <= CommandFinished.maximumSize,
                let more = try await response.read(upTo: 4096)
            {
                bytes += more
            }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            await closeStreams()
            return RemoteCmd.End(.disconnected, detail: "\(error)")
        }
        await closeStreams()
        return CommandFinished(decoding: bytes).end
    }

    /// Asks the other side to end the command, which only ours can; Packer's lets it run.
    func terminate() async {
        await Self.end(responseID, client)
        await output.stop()
        for stream in outputs { await stream.reset() }
        await standardInput?.reset()
        await response.reset()
    }

    /// Has the other side end a command or the move of a directory, if it is ours.
    static func end(_ number: UInt32, _ client: NetRPCClient) async {
        // Of no use in a task that is cancelled, which is when it is needed.
        _ = await Task {
            await succeeds(within: cancelTime) {
                try await client.call(
                    CommunicatorEndpoint.cancel,
                    CommunicatorEndpoint.CancelArguments(response: number)
                )
            }
        }.value
    }

    private func closeStreams() async {
        for stream in outputs { await stream.close() }
        await standardInput?.close()
        await response.close()
    }
}
