import Communicator
import PackerRPC

/// A machine that does what a test has it do.
struct PlayedMachine: Communicator {
    /// Starts a command; by default none can be.
    var starting: @Sendable (RemoteCmd) async throws -> any CommandSession = { _ in
        throw Unplayed()
    }
    /// Moves a directory, in either direction.
    var moving: @Sendable () async throws -> Void = { throw Unplayed() }

    struct Unplayed: Error {}

    func run<Value: Sendable>(
        _ command: RemoteCmd,
        _ body: (RemoteCmd.Execution) async throws -> Value
    ) async throws -> RemoteCmd.Result<Value> {
        try await withSession(try await starting(command), for: command, body)
    }

    func upload(_ source: UploadSource, to path: String, options: TransferOptions) async throws {
        throw Unplayed()
    }

    func uploadDirectory(
        _ source: String,
        to path: String,
        options: TransferOptions
    ) async throws { try await moving() }

    func download(
        _ path: String,
        to target: DownloadTarget,
        options: TransferOptions
    ) async throws { throw Unplayed() }

    func downloadDirectory(
        _ path: String,
        to destination: String,
        options: TransferOptions
    ) async throws { try await moving() }
}

/// A command that closes its outputs at once and reads its input to the end.
actor QuietReader: CommandSession {
    /// What it has read.
    private(set) var input: [UInt8] = []
    private(set) var isTerminated = false
    /// Its input has ended.
    let ended = Event()
    /// It has read something.
    let read = Event()
    /// Its output has been looked at, to the end.
    let quiet = Event()

    func nextOutput() async -> RemoteCmd.OutputChunk? {
        await quiet.happen()
        return nil
    }

    func writeInput(_ bytes: [UInt8]) async {
        input += bytes
        await read.happen()
    }

    func finishInput() async { await ended.happen() }

    func waitForExit() async -> RemoteCmd.End {
        await ended.wait()
        return RemoteCmd.End(isTerminated ? .signaled("TERM") : .exited(0))
    }

    func terminate() async {
        isTerminated = true
        await ended.happen()
    }
}
