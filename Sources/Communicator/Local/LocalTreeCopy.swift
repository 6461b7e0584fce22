import Processes

/// Copies a directory tree on this machine, file by file, each whole or not at all.
struct LocalTreeCopy: Sendable {
    let direction: TransferProgress.Direction
    let options: TransferOptions
    /// Permission bits that nothing gets.
    let mask: UInt32

    private let queue = FileQueue()

    init(direction: TransferProgress.Direction, options: TransferOptions, mask: UInt32) {
        self.direction = direction
        self.options = options
        self.mask = mask
    }

    func copy(_ source: BytePath, to path: BytePath) async throws {
        let exclusion = Exclusion(options)
        let tree = try await queue.run { try LocalTree(walking: source, excluding: exclusion) }
        let root = source.namesItself ? path.appending(source.name) : path
        let made = try await makeDirectories(tree, root, below: path)
        for entry in tree.entries where !entry.isDirectory {
            try Task.checkCancellation()
            let place = root.appending(entry.relativePath.bytes)
            let shown = direction == .upload ? place : entry.path
            var copy = LocalFileCopy(
                to: place,
                named: shown,
                direction,
                options,
                isPartOfTree: true
            )
            let mask = mask
            try await copy.copyFile(entry.path) { $0 & ~mask }
        }
        // Only now: a directory that may not be written could not have been filled.
        try await queue.run {
            for (path, mode) in made.reversed() { try LocalDirectory.setMode(path, mode) }
        }
        await ChildProcess.waitForStarts()
    }

    /// Makes what is missing, and gives it with the mode that it gets in the end.
    private func makeDirectories(
        _ tree: LocalTree,
        _ root: BytePath,
        below path: BytePath
    ) async throws -> [(BytePath, UInt32)] {
        let mask = mask
        return try await queue.run {
            var made: [(BytePath, UInt32)] = []
            if root != path, try LocalDirectory.make(path) {
                made.append((path, 0o755 & ~LocalDirectory.creationMask))
            }
            for entry in tree.entries where entry.isDirectory {
                let place =
                    entry.relativePath.bytes.isEmpty
                    ? root : root.appending(entry.relativePath.bytes)
                if try LocalDirectory.make(place) {
                    made.append((place, entry.mode & 0o777 & ~mask))
                }
            }
            return made
        }
    }
}
