public import Communicator

extension SSHCommunicator {
    /// Puts one file at `path`; see `Communicator/upload(_:to:options:)`.
    public func upload(
        _ source: UploadSource,
        to path: String,
        options: TransferOptions
    ) async throws {
        try await transfer { try await $0.upload(source, to: path, options: options) }
    }

    /// Puts a directory tree; see `Communicator/uploadDirectory(_:to:options:)`.
    public func uploadDirectory(
        _ source: String,
        to path: String,
        options: TransferOptions
    ) async throws {
        try await transfer { try await $0.uploadDirectory(source, to: path, options: options) }
    }

    /// Brings one file; see `Communicator/download(_:to:options:)`.
    public func download(
        _ path: String,
        to target: DownloadTarget,
        options: TransferOptions
    ) async throws {
        try await transfer { try await $0.download(path, to: target, options: options) }
    }

    /// Brings a directory tree; see `Communicator/downloadDirectory(_:to:options:)`.
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
        _ body: @Sendable (any FileTransfer) async throws -> Void
    ) async throws {
        let warn: @Sendable (String) -> Void = { [notes] in notes.warn($0) }
        let method = try await link.transferMethod { try await self.methodWithoutSFTP() }
        switch method {
        case .auto, .sftp:
            let another: SFTPTransfer.Another = { [link] work in
                try await link.withFiles { try await work($0) }
            }
            try await link.withFiles {
                try await body(SFTPTransfer(over: $0, another: another, warn: warn))
            }
        case .scp: try await body(CommandTransfer(.scp, over: self, warn: warn))
        case .exec: try await body(CommandTransfer(.exec, over: self, warn: warn))
        }
    }

    /// Finds another way to move files than SFTP.
    private func methodWithoutSFTP() async throws -> SSHFileTransferMethod {
        let script = Array("command -v scp >/dev/null 2>&1; put $?".utf8)
        let report = try await FarShell(machine: self)
            .run(script, "looking for scp on", BytePath(configuration.target))
        // Where a login shell prints, what scp says cannot be told from it.
        return report.text(0) == "0" && report.noise.isEmpty ? .scp : .exec
    }
}
