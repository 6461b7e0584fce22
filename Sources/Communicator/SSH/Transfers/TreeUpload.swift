package import Communicator
import SFTP

extension SFTPTransfer {
    /// Puts a directory tree on the far side.
    ///
    /// See ``Communicator/uploadDirectory(_:to:options:)``. Directories that are made get the mode
    /// of the local ones after their contents are there, deepest first; those that exist keep
    /// theirs. Many small files are on their way at once; they are not forced to stable storage one
    /// by one. After a failure those that had arrived whole stay, in directories of mode 0700.
    package func uploadDirectory(
        _ source: String,
        to path: String,
        options: TransferOptions
    ) async throws {
        let source = BytePath(source)
        let queue = FileQueue()
        let exclusion = Exclusion(options)
        let tree = try await queue.run { try LocalTree(walking: source, excluding: exclusion) }
        let top = BytePath(path).asDirectory
        let root = source.namesItself ? top.appending(source.name) : top
        let pace = await remote.pace()
        var upload = TreeUpload(transfer: self, pace: pace, root: root, queue: queue)
        if root != top { try await upload.makeDirectories([(top, 0o755)]) }
        try await upload.makeDirectories(
            tree.entries.filter(\.isDirectory).map { (upload.place(of: $0), $0.mode) }
        )
        try await upload.sendFiles(tree.entries.filter { !$0.isDirectory }, options)
        try await upload.setModes()
    }
}

/// A directory tree on its way to the far side.
private struct TreeUpload {
    let transfer: SFTPTransfer
    let pace: TransferPace
    let root: BytePath
    let queue: FileQueue
    /// The directories that were made, parents first, with the mode that they get in the end.
    var made: [(path: BytePath, mode: UInt32)] = []

    private static let operation = "uploading the directory to"

    func place(of entry: LocalTree.Entry) -> BytePath {
        entry.relativePath.bytes.isEmpty ? root : root.appending(entry.relativePath.bytes)
    }

    /// Makes directories, parents first, or accepts those that are there.
    mutating func makeDirectories(_ directories: [(path: BytePath, mode: UInt32)]) async throws {
        for start in stride(from: 0, to: directories.count, by: 256) {
            let some = directories[start..<min(start + 256, directories.count)]
            let requests = some.map { directory in
                SFTPRequest.mkdir(path: directory.path.bytes, SFTPAttributes(permissions: 0o700))
            }
            let replies = try await transfer.reporting(Self.operation, root) {
                try await transfer.client.request(batch: requests)
            }
            for (directory, reply) in zip(some, replies) {
                if case .status(let status) = reply, status.code == .ok {
                    made.append((directory.path, directory.mode & 0o777))
                } else {
                    try await accept(directory.path, RemoteFiles.refusal(reply))
                }
            }
        }
    }

    private func accept(_ path: BytePath, _ refusal: SFTPError) async throws {
        try await transfer.reporting(Self.operation, path) {
            let found = try await transfer.remote.attributes(of: path, following: true)
            guard let found else {
                throw await transfer.remote.explain(refusal, Self.operation, path)
            }
            guard found.kind == .directory else {
                throw CommunicatorError(
                    .notDirectory,
                    operation: Self.operation,
                    target: "\(path)",
                    detail: "it is \(found.kind.name) on the machine"
                )
            }
        }
    }

    func sendFiles(_ files: [LocalTree.Entry], _ options: TransferOptions) async throws {
        let fresh = Set(made.map(\.path))
        let (transfer, pace, queue) = (transfer, pace, queue)
        let places = files.map { (file: $0, path: place(of: $0)) }
        try await runTransfers(
            places,
            limit: pace.files,
            weight: { $0.file.size > 65_536 ? 16 : 1 },
            { item in
                let upload = FileUpload(
                    transfer: transfer,
                    pace: pace,
                    path: item.path,
                    mode: item.file.mode & 0o777,
                    isKnownAbsent: fresh.contains(item.path.parent),
                    isDurable: false
                )
                try await upload.send(
                    UploadContent.open(file: item.file.path, queue: queue),
                    options
                )
            }
        )
    }

    func setModes() async throws {
        let requests = made.reversed().map { directory in
            SFTPRequest.setstat(
                path: directory.path.bytes,
                SFTPAttributes(permissions: directory.mode)
            )
        }
        for start in stride(from: 0, to: requests.count, by: 256) {
            let some = Array(requests[start..<min(start + 256, requests.count)])
            try await transfer.reporting(Self.operation, root) {
                for reply in try await transfer.client.request(batch: some) {
                    try RemoteFiles.check(reply)
                }
            }
        }
    }
}
