import Communicator
import SFTP

/// A directory on the far side with everything in it, as it was when it was walked.
///
/// Every name has been checked: none can lead out of the directory that it stands in.
struct RemoteTree: Sendable {
    /// A file or a directory in the tree.
    struct Entry: Sendable {
        /// Names joined by `/`; empty for the root itself.
        let relativePath: BytePath
        /// Where it is on the far side.
        let path: BytePath
        let isDirectory: Bool
        /// The permission bits without setuid, setgid and sticky.
        let mode: UInt32
        let size: UInt64
    }

    /// The deepest nesting that is followed; a hostile server may have no end.
    static let maximumDepth = 1_000
    /// The most entries that a tree may have.
    static let maximumEntries = 1_000_000

    /// The entries: a directory before its contents.
    let entries: [Entry]

    /// Walks a directory; symbolic links are followed, and nothing is asked about what is excluded.
    ///
    /// - Throws: ``SFTPError``; ``CommunicatorError`` naming the path of a link that dangles or leads
    ///   back, of what is neither file nor directory, and, as `.protocolViolation`, of a name that
    ///   is no name.
    init(
        walking root: BytePath,
        with remote: RemoteFiles,
        excluding exclusion: Exclusion
    ) async throws {
        guard let found = try await remote.attributes(of: root, following: true) else {
            throw SFTPError.status(SFTPStatus(.noSuchFile, message: "No such directory"))
        }
        guard found.kind == .directory else {
            throw Self.refused(root, "it is \(found.kind.name) on the machine", .notDirectory)
        }
        var level = [
            Directory(
                entry: Self.entry(root, BytePath(bytes: []), found),
                reals: [try await remote.realPath(root)]
            )
        ]
        var entries = level.map(\.entry)
        while !level.isEmpty {
            let room = Self.maximumEntries - entries.count
            let listed = try await Self.contents(of: level, atMost: room, remote, exclusion)
            guard let contents = listed else {
                let found = "it has over \(Self.maximumEntries) entries"
                throw Self.refused(root, found, .protocolViolation)
            }
            entries += contents.map(\.entry)
            level = contents.filter(\.entry.isDirectory)
            if let deep = level.first, deep.reals.count > Self.maximumDepth {
                throw Self.refused(deep.entry.path, "it is nested too deeply", .protocolViolation)
            }
        }
        self.entries = entries
    }

    /// An entry, and for a directory the real paths of itself and what contains it.
    private struct Directory: Sendable {
        var entry: Entry
        var reals: [BytePath]
    }

    /// What directories contain; `nil` when that is more than `limit`.
    private static func contents(
        of level: [Directory],
        atMost limit: Int,
        _ remote: RemoteFiles,
        _ exclusion: Exclusion
    ) async throws -> [Directory]? {
        try await withThrowingTaskGroup(of: (Int, [Directory]).self) { group in
            var found = [[Directory]](repeating: [], count: level.count)
            var room = limit
            defer { group.cancelAll() }
            for (index, directory) in level.enumerated() {
                if index >= 16, let (done, contents) = try await group.next() {
                    found[done] = contents
                    room -= contents.count
                    guard room >= 0 else { return nil }
                }
                group.addTask { (index, try await list(directory, remote, exclusion)) }
            }
            while let (done, contents) = try await group.next() {
                found[done] = contents
                room -= contents.count
                guard room >= 0 else { return nil }
            }
            return found.flatMap { $0 }
        }
    }

    private static func list(
        _ directory: Directory,
        _ remote: RemoteFiles,
        _ exclusion: Exclusion
    ) async throws -> [Directory] {
        var contents: [Directory] = []
        let names = try await remote.names(in: directory.entry.path).sorted {
            $0.filename.lexicographicallyPrecedes($1.filename)
        }
        let place = directory.entry.relativePath
        for name in names where !exclusion.covers(place.appending(name.filename)) {
            contents.append(try await child(name, of: directory, remote))
        }
        return contents
    }

    private static func child(
        _ name: SFTPReply.Name,
        of directory: Directory,
        _ remote: RemoteFiles
    ) async throws -> Directory {
        let path = directory.entry.path.appending(name.filename)
        var attributes = name.attributes
        let isLink = attributes.kind == .symbolicLink
        if isLink || attributes.permissions == nil {
            guard let target = try await remote.attributes(of: path, following: true) else {
                throw refused(path, "it is a symbolic link that leads nowhere")
            }
            attributes = target
        }
        let entry = entry(path, directory.entry.relativePath.appending(name.filename), attributes)
        switch attributes.kind {
        case .regular:
            return Directory(entry: entry, reals: [])
        case .directory:
            let parent = directory.reals.last ?? directory.entry.path
            let real = try await isLink ? remote.realPath(path) : parent.appending(name.filename)
            guard !directory.reals.contains(real) else {
                throw refused(path, "it leads back to a directory that contains it")
            }
            return Directory(entry: entry, reals: directory.reals + [real])
        case .fifo, .socket, .device, .symbolicLink:
            throw refused(path, "it is \(attributes.kind.name) on the machine")
        }
    }

    private static func entry(
        _ path: BytePath,
        _ relativePath: BytePath,
        _ attributes: SFTPAttributes
    ) -> Entry {
        Entry(
            relativePath: relativePath,
            path: path,
            isDirectory: attributes.kind == .directory,
            mode: (attributes.permissions ?? 0o644) & 0o777,
            size: attributes.size ?? 0
        )
    }

    /// Refuses what is no name of an entry of a directory.
    static func check(_ name: [UInt8], in directory: BytePath) throws {
        let isName = !name.isEmpty && !name.contains(0x2F) && !name.contains(0)
        guard isName && name != [0x2E] && name != [0x2E, 0x2E] && name.count <= 1_024 else {
            let shown = BytePath.display(Array(name.prefix(64)))
            throw refused(
                directory,
                "the server lists \"\(shown)\" there, which is not a name",
                .protocolViolation
            )
        }
    }

    private static func refused(
        _ path: BytePath,
        _ found: String,
        _ code: CommunicatorError.Code = .transferFailed
    ) -> CommunicatorError {
        CommunicatorError(
            code,
            operation: "downloading the directory entry",
            target: "\(path)",
            detail: found
        )
    }
}
