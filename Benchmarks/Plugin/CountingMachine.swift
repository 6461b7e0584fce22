import Communicator
import NIOConcurrencyHelpers

/// A machine that does everything at once, and nothing: what is left is the cost of the wire.
struct CountingMachine: Communicator {
    /// How many operations it was asked for.
    let operations = Counter()
    /// How large every file is.
    let fileSize: Int

    func run<Value: Sendable>(
        _ command: RemoteCmd,
        _ body: (RemoteCmd.Execution) async throws -> Value
    ) async throws -> RemoteCmd.Result<Value> {
        operations.increment()
        return try await withSession(EndedSession(), for: command, body)
    }

    func upload(_ source: UploadSource, to path: String, options: TransferOptions) async throws {
        operations.increment()
        switch source.content {
        case .stream(let stream): while try await stream.read(upTo: 262_144) != nil {}
        case .file, .bytes: throw BenchError("an upload came that is no stream")
        }
    }

    func download(_ path: String, to target: DownloadTarget, options: TransferOptions) async throws
    {
        operations.increment()
        guard case .sink(let sink) = target else { throw BenchError("a file is to be written") }
        let piece = [UInt8](repeating: 7, count: 131_072)
        var rest = fileSize
        while rest > 0 {
            try await sink.write(rest >= piece.count ? piece : Array(piece.prefix(rest)))
            rest -= min(rest, piece.count)
        }
    }

    func uploadDirectory(_: String, to: String, options: TransferOptions) async throws {
        throw BenchError("a directory came")
    }

    func downloadDirectory(_: String, to: String, options: TransferOptions) async throws {
        throw BenchError("a directory is wanted")
    }
}

/// Counts from any task.
final class Counter: Sendable {
    private let box = NIOLockedValueBox(0)

    var value: Int { box.withLockedValue { $0 } }

    func increment() { box.withLockedValue { $0 += 1 } }
}

/// A command that ends with 0 as soon as it is started.
private struct EndedSession: CommandSession {
    func nextOutput() async throws -> RemoteCmd.OutputChunk? { nil }
    func writeInput(_ bytes: [UInt8]) async throws {}
    func finishInput() async throws {}
    func waitForExit() async throws -> RemoteCmd.End { RemoteCmd.End(.exited(0)) }
    func terminate() async {}
}
