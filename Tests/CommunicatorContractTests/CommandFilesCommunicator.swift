import Communicator
import SSHCommunicator

/// A communicator whose files are moved by its commands.
struct CommandFilesCommunicator: Communicator {
    let machine: any Communicator
    private let transfer: CommandTransfer

    init(machine: any Communicator, method: CommandTransfer.Method) {
        self.machine = machine
        self.transfer = CommandTransfer(method, over: machine, warn: { _ in })
    }

    func run<Value: Sendable>(
        _ command: RemoteCmd,
        _ body: (RemoteCmd.Execution) async throws -> Value
    ) async throws -> RemoteCmd.Result<Value> {
        try await machine.run(command, body)
    }

    func upload(_ source: UploadSource, to path: String, options: TransferOptions) async throws {
        try await transfer.upload(source, to: path, options: options)
    }

    func uploadDirectory(
        _ source: String,
        to path: String,
        options: TransferOptions
    ) async throws {
        try await transfer.uploadDirectory(source, to: path, options: options)
    }

    func download(
        _ path: String,
        to target: DownloadTarget,
        options: TransferOptions
    ) async throws {
        try await transfer.download(path, to: target, options: options)
    }

    func downloadDirectory(
        _ path: String,
        to destination: String,
        options: TransferOptions
    ) async throws {
        try await transfer.downloadDirectory(path, to: destination, options: options)
    }
}
