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

    /// Carries the bytes of a running command until both its outputs have ended.
    func carry(_ execution: RemoteCmd.Execution) async throws {
        let feeding = Task {
            guard let input else { return }
            do {
                while let bytes = try await input.read(upTo: CommunicatorEndpoint.pieceSize) {
                    try await execution.write(bytes)
                }
                try await execution.finishInput()
            } catch {
                // An input that broke off must not pass for a whole one: it stays open, until the
                // command or its stream ends.
            }
        }
        defer { feeding.cancel() }
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
