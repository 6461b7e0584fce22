import Communicator

/// This machine, with another shell as the user's login shell.
struct LoginShell: Communicator {
    /// The shell and its arguments.
    let words: [String]
    private let machine = LocalCommunicator()

    init(_ words: [String]) {
        self.words = words
    }

    func run<Value: Sendable>(
        _ command: RemoteCmd,
        _ body: (RemoteCmd.Execution) async throws -> Value
    ) async throws -> RemoteCmd.Result<Value> {
        var command = command
        command.text =
            Array("exec \(words.joined(separator: " ")) -c ".utf8)
            + ShellWord.quote(bytes: command.text)
        return try await machine.run(command, body)
    }

    func upload(_ source: UploadSource, to path: String, options: TransferOptions) async throws {
        try await machine.upload(source, to: path, options: options)
    }

    func uploadDirectory(_ source: String, to path: String, options: TransferOptions) async throws {
        try await machine.uploadDirectory(source, to: path, options: options)
    }

    func download(_ path: String, to target: DownloadTarget, options: TransferOptions) async throws
    {
        try await machine.download(path, to: target, options: options)
    }

    func downloadDirectory(
        _ path: String,
        to destination: String,
        options: TransferOptions
    ) async throws {
        try await machine.downloadDirectory(path, to: destination, options: options)
    }
}
