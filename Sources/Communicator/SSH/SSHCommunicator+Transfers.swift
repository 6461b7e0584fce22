public import Communicator

extension SSHCommunicator {
    /// Puts one file at `path` over SFTP; see ``Communicator/upload(_:to:options:)``.
    public func upload(
        _ source: UploadSource,
        to path: String,
        options: TransferOptions
    ) async throws {
        try await transfer { try await $0.upload(source, to: path, options: options) }
    }

    /// Puts a directory tree over SFTP; see ``Communicator/uploadDirectory(_:to:options:)``.
    public func uploadDirectory(
        _ source: String,
        to path: String,
        options: TransferOptions
    ) async throws {
        try await transfer { try await $0.uploadDirectory(source, to: path, options: options) }
    }

    /// Brings one file over SFTP; see ``Communicator/download(_:to:options:)``.
    public func download(
        _ path: String,
        to target: DownloadTarget,
        options: TransferOptions
    ) async throws {
        try await transfer { try await $0.download(path, to: target, options: options) }
    }

    /// Brings a directory tree over SFTP; see ``Communicator/downloadDirectory(_:to:options:)``.
    public func downloadDirectory(
        _ path: String,
        to destination: String,
        options: TransferOptions
    ) async throws {
        try await transfer {
            try await $0.downloadDirectory(path, to: destination, options: options)
        }
    }

    private func transfer(
        _ body: @Sendable (SFTPTransfer) async throws -> Void
    ) async throws {
        try await link.withFiles { [notes] client in
            try await body(SFTPTransfer(over: client) { notes.warn($0) })
        }
    }
}
