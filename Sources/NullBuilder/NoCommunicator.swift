import Communicator

/// The communicator `none`: there is no machine, and whoever needs one is told so at once.
///
/// Packer's own says that every command succeeded; a script that never ran did not.
struct NoCommunicator: Communicator {
    func run<Value: Sendable>(
        _ command: RemoteCmd,
        _ body: (RemoteCmd.Execution) async throws -> Value
    ) async throws -> RemoteCmd.Result<Value> {
        throw refusal("Running commands", operation: "running", target: "a command")
    }

    func upload(_ source: UploadSource, to path: String, options: TransferOptions) async throws {
        throw refusal("Upload", operation: "uploading", target: path)
    }

    func uploadDirectory(
        _ source: String,
        to path: String,
        options: TransferOptions
    ) async throws {
        throw refusal("UploadDir", operation: "uploading", target: path)
    }

    func download(
        _ path: String,
        to target: DownloadTarget,
        options: TransferOptions
    ) async throws {
        throw refusal("Download", operation: "downloading", target: path)
    }

    func downloadDirectory(
        _ path: String,
        to destination: String,
        options: TransferOptions
    ) async throws {
        throw refusal("DownloadDir", operation: "downloading", target: path)
    }

    private func refusal(_ what: String, operation: String, target: String) -> CommunicatorError {
        CommunicatorError(
            .unsupported,
            operation: operation,
            target: target,
            detail: "\(what) is not implemented when communicator = 'none'",
            remedy: "Set `communicator` to `ssh` or `local`, or leave this provisioner out."
        )
    }
}
