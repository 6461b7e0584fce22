extension LocalCommunicator {
    /// Puts one file at `path`; see ``Communicator/upload(_:to:options:)``.
    public func upload(
        _ source: UploadSource,
        to path: String,
        options: TransferOptions
    ) async throws {
        var copy = LocalFileCopy(to: BytePath(path), named: BytePath(path), .upload, options)
        let mode = source.mode.map { $0 & 0o7777 }
        switch source.content {
        case .file(let local): try await copy.copyFile(BytePath(local)) { mode ?? $0 }
        case .bytes(let bytes): try await copy.copyBytes(bytes, mode: mode ?? 0o644)
        case .stream(let stream): try await copy.copyStream(stream, mode: mode ?? 0o644)
        }
    }

    /// Brings the file at `path`; see ``Communicator/download(_:to:options:)``.
    public func download(
        _ path: String,
        to target: DownloadTarget,
        options: TransferOptions
    ) async throws {
        switch target {
        case .file(let local):
            var copy = LocalFileCopy(to: BytePath(local), named: BytePath(path), .download, options)
            try await copy.copyFile(BytePath(path)) { _ in 0o644 & ~LocalDirectory.creationMask }
        case .sink(let sink):
            var copy = LocalFileCopy(to: BytePath(path), named: BytePath(path), .download, options)
            try await copy.copyFile(BytePath(path), into: sink)
        }
    }

    /// Puts a local directory tree at `path`; see ``Communicator/uploadDirectory(_:to:options:)``.
    ///
    /// Directories that are made get the mode of those in `source` after their contents are there;
    /// those that exist keep theirs.
    public func uploadDirectory(
        _ source: String,
        to path: String,
        options: TransferOptions
    ) async throws {
        try await LocalTreeCopy(direction: .upload, options: options, mask: 0)
            .copy(BytePath(source), to: BytePath(path))
    }

    /// Brings a directory tree; see ``Communicator/downloadDirectory(_:to:options:)``.
    ///
    /// Modes are those of the tree at `path`, less the umask.
    public func downloadDirectory(
        _ path: String,
        to destination: String,
        options: TransferOptions
    ) async throws {
        let mask = LocalDirectory.creationMask
        try await LocalTreeCopy(direction: .download, options: options, mask: mask)
            .copy(BytePath(path), to: BytePath(destination))
    }
}
