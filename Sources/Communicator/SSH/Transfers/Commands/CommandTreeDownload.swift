package import Communicator

extension CommandTransfer {
    /// Brings a directory tree; see ``Communicator/downloadDirectory(_:to:options:)``.
    ///
    /// Files, and directories that are made, get the far side's permission bits less what the umask
    /// takes, never setuid, setgid or sticky; directories that exist keep theirs. After a failure
    /// files that had arrived whole stay.
    package func downloadDirectory(
        _ path: String,
        to destination: String,
        options: TransferOptions
    ) async throws {
        let source = try checked(BytePath(path), TransferOperation.downloadDirectory)
        let top = BytePath(destination)
        let tree = try await FarTree(walking: source, with: shell, excluding: Exclusion(options))
        let root = source.namesItself ? top.appending(source.name) : top
        func place(of entry: RemoteTree.Entry) -> BytePath {
            entry.relativePath.bytes.isEmpty ? root : root.appending(entry.relativePath.bytes)
        }
        let directories = tree.entries.filter(\.isDirectory).map { entry in
            (place(of: entry), entry.mode & ~LocalDirectory.creationMask)
        }
        let queue = FileQueue()
        let made = try await queue.run {
            if root != top, try LocalDirectory.make(top) {
                try LocalDirectory.setMode(top, 0o755 & ~LocalDirectory.creationMask)
            }
            return try directories.filter { try LocalDirectory.make($0.0) }
        }
        let files = tree.entries.filter { !$0.isDirectory }
        var receiver = TreeReceiver(
            files: files.map { ($0, place(of: $0)) }[...],
            queue: queue,
            options: options
        )
        if !files.isEmpty { try await carrier.fetch(files.map(\.path), into: &receiver) }
        try await queue.run {
            for (path, mode) in made.reversed() { try LocalDirectory.setMode(path, mode) }
        }
    }
}

/// Writes the files of a tree as they come, each whole or not at all.
private struct TreeReceiver: FileReceiver {
    var files: ArraySlice<(entry: RemoteTree.Entry, place: BytePath)>
    let queue: FileQueue
    let options: TransferOptions
    private var current: AtomicLocalFile?
    private var position: UInt64 = 0

    init(
        files: ArraySlice<(RemoteTree.Entry, BytePath)>,
        queue: FileQueue,
        options: TransferOptions
    ) {
        self.files = files.map { (entry: $0.0, place: $0.1) }[...]
        self.queue = queue
        self.options = options
    }

    mutating func receive(_ bytes: [UInt8]) async throws {
        guard let file = try await opened() else { return }
        let offset = position
        try await queue.run { try file.writeLeavingHole(bytes, at: offset) }
        position += UInt64(bytes.count)
    }

    mutating func finishFile() async throws {
        guard let file = try await opened(), let (entry, _) = files.popFirst() else { return }
        let end = position
        guard end >= entry.size else {
            throw CommandFailure(TransferOperation.download, entry.path)
                .make(.sourceChanged, "it had \(entry.size) bytes and ended at \(end)")
        }
        let mode = entry.mode & ~LocalDirectory.creationMask
        try await queue.run { try file.commit(size: end, mode: mode, durable: false) }
        var meter = ProgressMeter(options, .download, entry.path, total: end)
        meter.finish(size: end)
        current = nil
        position = 0
    }

    private mutating func opened() async throws -> AtomicLocalFile? {
        if let current { return current }
        guard let place = files.first?.place else { return nil }
        let file = try await queue.run { try AtomicLocalFile(replacing: place) }
        current = file
        return file
    }
}
