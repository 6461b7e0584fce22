internal import ByteStreams
internal import Communicator
internal import Yamux

/// The streams of a command that is served, which its caller gave out and this side opened.
struct CommandStreams: Sendable {
    let input: YamuxStream?
    let output: YamuxStream?
    let error: YamuxStream?
    let response: YamuxStream

    /// Opens them in Packer's order, before anything slow: the caller waits five seconds.
    static func dial(
        _ arguments: CommunicatorEndpoint.StartArguments,
        _ broker: MuxBroker
    ) async throws -> CommandStreams {
        var opened: [YamuxStream] = []
        func open(_ id: UInt32) async throws -> YamuxStream? {
            guard id > 0 else { return nil }
            let stream = try await broker.dial(id)
            opened.append(stream)
            return stream
        }
        do {
            let input = try await open(arguments.standardInput)
            let output = try await open(arguments.standardOutput)
            let error = try await open(arguments.standardError)
            let response = try await broker.dial(arguments.response)
            return CommandStreams(input: input, output: output, error: error, response: response)
        } catch {
            for stream in opened { await stream.close() }
            throw error
        }
    }

    /// What the command reads, where an input that breaks off ends it.
    ///
    /// Half of one must not pass for a whole one. It is read for as long as the command runs, also when its outputs have ended.
    var standardInput: RemoteCmd.StandardInput {
        input.map { .stream(InputSource(stream: $0)) } ?? .empty
    }

    /// Carries the output of a running command until both streams of it have ended.
    func carryOutput(of execution: RemoteCmd.Execution) async throws {
        for try await chunk in execution.output {
            switch chunk {
            case .standardOutput(let bytes): await Self.write(bytes, to: output)
            case .standardError(let bytes): await Self.write(bytes, to: error)
            }
        }
    }

    /// Says how the command ended, when all output is written; as Packer, the status comes first.
    func finish(_ end: RemoteCmd.End, isExtended: Bool) async {
        if let bytes = try? CommandFinished(end).encoded(isExtended: isExtended) {
            try? await response.write(bytes)
        }
        await close()
    }

    /// Says that the command's end was not seen.
    func fail(_ error: any Error, isExtended: Bool) async {
        await finish(RemoteCmd.End(.disconnected, detail: "\(error)"), isExtended: isExtended)
    }

    private func close() async {
        await response.close()
        await error?.close()
        await output?.close()
        await input?.close()
    }

    /// A caller that has closed an output wants no more of it; the command goes on.
    private static func write(_ bytes: [UInt8], to stream: YamuxStream?) async {
        guard let stream else { return }
        for start in stride(from: 0, to: bytes.count, by: CommunicatorEndpoint.pieceSize) {
            let end = min(start + CommunicatorEndpoint.pieceSize, bytes.count)
            guard (try? await stream.write(Array(bytes[start..<end]))) != nil else { return }
        }
    }
}

/// The input of a command, as its caller writes it.
private struct InputSource: ByteSource {
    let stream: YamuxStream

    func read(upTo count: Int) async throws -> [UInt8]? {
        do {
            return try await stream.read(upTo: count)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw PackerRPCError(
                .connectionLost,
                "the command's input broke off before its end: \(error)"
            )
        }
    }
}
