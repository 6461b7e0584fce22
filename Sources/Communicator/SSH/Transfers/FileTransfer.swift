package import Communicator

/// One of the ways in which files are moved; all keep the promises of ``Communicator``.
///
/// **Errors.** ``CommunicatorError`` with the path and the far side's own words.
///
/// **Cancellation.** Ends the transfer and removes what it left half done, in at most 10 seconds.
package protocol FileTransfer: Sendable {
    /// Puts one file at `path`; see ``Communicator/upload(_:to:options:)``.
    func upload(
        _ source: UploadSource,
        to path: String,
        options: TransferOptions
    ) async throws

    /// Puts a directory tree; see ``Communicator/uploadDirectory(_:to:options:)``.
    func uploadDirectory(
        _ source: String,
        to path: String,
        options: TransferOptions
    ) async throws

    /// Brings one file; see ``Communicator/download(_:to:options:)``.
    func download(
        _ path: String,
        to target: DownloadTarget,
        options: TransferOptions
    ) async throws

    /// Brings a directory tree; see ``Communicator/downloadDirectory(_:to:options:)``.
    func downloadDirectory(
        _ path: String,
        to destination: String,
        options: TransferOptions
    ) async throws
}

extension SFTPTransfer: FileTransfer {}
