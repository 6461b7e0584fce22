package import Communicator
import SFTP

extension SFTPTransfer {
    /// Brings a directory tree.
    ///
    /// See ``Communicator/downloadDirectory(_:to:options:)``. Files, and directories that are made,
    /// get the server's permission bits less what the umask takes, never setuid, setgid or sticky;
    /// directories that exist keep theirs. Many small files are on their way at once; after a
    /// failure those that had arrived whole stay.
    package func downloadDirectory(
        _ path: String,
        to destination: String,
        options: TransferOptions
    ) async throws {
        let source = BytePath(path)
        let top = BytePath(destination)
        let pace = await remote.pace()
        let tree = try await reporting("downloading the directory", source) {
            try await RemoteTree(walking: source, with: remote, excluding: Exclusion(options))
        }
        let root = source.namesItself ? top.appending(source.name) : top
        let download = TreeDownload(transfer: self, pace: pace, root: root)
        let queue = download.queue
        let directories = tree.entries.filter(\.isDirectory).map { entry in
            (download.place(of: entry), entry.mode & ~LocalDirectory.creationMask)
        }
        let made = try await queue.run {
            if root != top, try LocalDirectory.make(top) {
                try LocalDirectory.setMode(top, 0o755 & ~LocalDirectory.creationMask)
            }
            return try directories.filter { try LocalDirectory.make($0.0) }
        }
        try await download.fetchFiles(tree.entries.filter { !$0.isDirectory }, options)
        try await queue.run {
            for (path, mode) in made.reversed() { try LocalDirectory.setMode(path, mode) }
        }
    }
}

/// A directory tree on its way from the far side.
private struct TreeDownload: Sendable {
    let transfer: SFTPTransfer
    let pace: TransferPace
    let root: BytePath
    let queue = FileQueue()

    func place(of entry: RemoteTree.Entry) -> BytePath {
        entry.relativePath.bytes.isEmpty ? root : root.appending(entry.relativePath.bytes)
    }

    func fetchFiles(_ files: [RemoteTree.Entry], _ options: TransferOptions) async throws {
        try await runTransfers(
            files,
            limit: pace.files,
            weight: { $0.size > 65_536 ? 16 : 1 },
            { try await fetch($0, options) }
        )
    }

    private func fetch(_ entry: RemoteTree.Entry, _ options: TransferOptions) async throws {
        let place = place(of: entry)
        let mode = entry.mode & ~LocalDirectory.creationMask
        let download = FileDownload(transfer: transfer, pace: pace, path: entry.path)
        let file = try await queue.run { try AtomicLocalFile(replacing: place) }
        defer { file.discard() }
        try await withTaskCancellationHandler {
            if let bytes = try await download.fetchSmall(size: entry.size) {
                try await queue.run {
                    try file.write(bytes, at: 0)
                    try file.commit(size: UInt64(bytes.count), mode: mode, durable: false)
                }
                var meter = ProgressMeter(options, .download, entry.path, total: entry.size)
                meter.finish(size: UInt64(bytes.count))
            } else {
                let end = try await download.fetch(
                    size: entry.size,
                    into: .file(file, queue),
                    options
                )
                try await queue.run { try file.commit(size: end, mode: mode, durable: false) }
            }
        } onCancel: {
            file.discard()
        }
    }
}
