import Communicator
import Synchronization

/// A machine that fails as a test says; for what a real one does not do on demand.
final class FaultyCommunicator: Communicator {
    enum Request: Sendable, Equatable {
        case run(String)
        case upload(String)
    }

    private let requests = Mutex<[Request]>([])
    private let commandLog = Mutex<[RemoteCmd]>([])
    private let answer: @Sendable (Request, Int) throws -> RemoteCmd.ExitStatus

    /// - Parameter answer: How a request ends; gets the request and how many came before it.
    init(_ answer: @escaping @Sendable (Request, Int) throws -> RemoteCmd.ExitStatus) {
        self.answer = answer
    }

    /// The commands, in order.
    var commands: [RemoteCmd] { commandLog.withLock { $0 } }

    /// What was asked for, in order.
    var log: [Request] { requests.withLock { $0 } }

    /// The commands that are not our own housekeeping.
    var scriptRuns: Int { log.count { $0.isScript } }

    private func end(_ request: Request) throws -> RemoteCmd.ExitStatus {
        let number = requests.withLock {
            $0.append(request)
            return $0.count - 1
        }
        return try answer(request, number)
    }

    func run<Value: Sendable>(
        _ command: RemoteCmd,
        _ body: (RemoteCmd.Execution) async throws -> Value
    ) async throws -> RemoteCmd.Result<Value> {
        commandLog.withLock { $0.append(command) }
        let status = try end(.run(String(decoding: command.text, as: UTF8.self)))
        return try await withSession(SilentSession(status: status), for: command, body)
    }

    func upload(_ source: UploadSource, to path: String, options: TransferOptions) async throws {
        _ = try end(.upload(path))
    }

    func uploadDirectory(_ source: String, to path: String, options: TransferOptions) async throws {
        _ = try end(.upload(path))
    }

    func download(_ path: String, to target: DownloadTarget, options: TransferOptions) async throws
    {}

    func downloadDirectory(_ path: String, to: String, options: TransferOptions) async throws {}
}

extension FaultyCommunicator.Request {
    /// Whether this runs the user's script.
    var isScript: Bool {
        guard case .run(let text) = self else { return false }
        return !["mkdir ", "rm ", "exec sh -s"].contains { text.hasPrefix($0) }
    }

    /// Whether this cleans up.
    var isRemoval: Bool {
        guard case .run(let text) = self else { return false }
        return text.hasPrefix("rm ")
    }
}

private struct SilentSession: CommandSession {
    let status: RemoteCmd.ExitStatus

    func nextOutput() async throws -> RemoteCmd.OutputChunk? { nil }
    func writeInput(_ bytes: [UInt8]) async throws {}
    func finishInput() async throws {}
    func waitForExit() async throws -> RemoteCmd.End {
        RemoteCmd.End(status, detail: status == .disconnected ? "the wire was cut" : nil)
    }
    func terminate() async {}
}
