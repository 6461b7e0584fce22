public import Communicator
internal import Logging

extension SSHCommunicator {
    /// Puts one file at `path` over SFTP; see ``Communicator/upload(_:to:options:)``.
    public func upload(
        _ source: UploadSource,
        to path: String,
        options: TransferOptions
    ) async throws {
        try await transfer().upload(source, to: path, options: options)
    }

    /// Puts a directory tree over SFTP; see ``Communicator/uploadDirectory(_:to:options:)``.
    public func uploadDirectory(
        _ source: String,
        to path: String,
        options: TransferOptions
    ) async throws {
        try await transfer().uploadDirectory(source, to: path, options: options)
    }

    /// Brings one file over SFTP; see ``Communicator/download(_:to:options:)``.
    public func download(
        _ path: String,
        to target: DownloadTarget,
        options: TransferOptions
    ) async throws {
        try await transfer().download(path, to: target, options: options)
    }

    /// Brings a directory tree over SFTP; see ``Communicator/downloadDirectory(_:to:options:)``.
    public func downloadDirectory(
        _ path: String,
        to destination: String,
        options: TransferOptions
    ) async throws {
        try await transfer().downloadDirectory(path, to: destination, options: options)
    }

    private func transfer() async throws -> SFTPTransfer {
        SFTPTransfer(over: try await link.sftp()) { [log] warning in log.warning("\(warning)") }
    }
}
