import Communicator

/// A directory on the far side with everything in it, listed by `find`.
///
/// Every name has been checked: none can lead out of the directory that it stands in.
struct FarTree: Sendable {
    /// The entries: a directory before its contents.
    private(set) var entries: [RemoteTree.Entry] = []
    private let shell: FarShell
    private let exclusion: Exclusion

    /// A directory that is to be listed: the root, what a symbolic link leads to, and every other
    /// one too where something is excluded, for `find` cannot be told what not to enter.
    private struct Start: Sendable {
        let path: BytePath
        let relativePath: BytePath
        /// The real paths of the directories that contain it.
        let containers: Set<BytePath>
    }

    /// One entry as it was listed; `.` is the start itself.
    private struct Found {
        let isLink: Bool
        let kind: Character
        let mode: UInt32
        let size: UInt64
        let relativePath: BytePath
    }

    /// How many links to directories can lie within each other.
    private static let maximumLinks = 40

    /// Whether directories are listed one by one.
    private var isByLevel: Bool { !exclusion.isEmpty }

    /// Walks a directory; symbolic links are followed.
    ///
    /// - Throws: ``CommunicatorError`` naming the path of a link that dangles or leads back, of what
    ///   is neither file nor directory, and, as `.protocolViolation`, of a name that is no name.
    init(
        walking root: BytePath,
        with shell: FarShell,
        excluding exclusion: Exclusion
    ) async throws {
        self.shell = shell
        self.exclusion = exclusion
        var starts = [Start(path: root, relativePath: BytePath(bytes: []), containers: [])]
        let limit = isByLevel ? RemoteTree.maximumDepth : Self.maximumLinks
        for _ in 0...limit where !starts.isEmpty {
            starts = try await list(starts, root)
        }
        if let start = starts.first {
            throw Self.refused(
                start.path,
                isByLevel
                    ? "it is nested too deeply" : "too many symbolic links lie within each other",
                .protocolViolation
            )
        }
    }

    /// Lists directories and gives those that are still to be listed.
    private mutating func list(_ starts: [Start], _ root: BytePath) async throws -> [Start] {
        let depth = isByLevel ? FarScripts.listsLevel : FarScripts.listsAll
        var script = Array("\(depth)\n\(FarScripts.list)\n".utf8)
        for start in starts { script += Array("w ".utf8) + start.path.shellWord + [0x0A] }
        let report = try await shell.run(script, TransferOperation.downloadDirectory, root)
        var further: [Start] = []
        var index = -1
        var real = BytePath("")
        for field in report.fields {
            if field.first == UInt8(ascii: ">") {
                index += 1
                guard index < starts.count else { throw Self.violation(root) }
                real = BytePath(bytes: Array(field.dropFirst(2)))
                guard !starts[index].containers.contains(real) else {
                    let found = "it leads back to a directory that contains it"
                    throw Self.refused(starts[index].path, found)
                }
                continue
            }
            guard starts.indices.contains(index) else { throw Self.violation(root) }
            let found = try Self.read(field, in: starts[index].path)
            if let next = try add(found, below: starts[index], real) { further.append(next) }
        }
        guard index == starts.count - 1 else { throw Self.violation(root) }
        return further
    }

    /// Adds an entry, or gives it back as a start when it is a directory that was not entered.
    private mutating func add(
        _ found: Found,
        below start: Start,
        _ real: BytePath
    ) throws -> Start? {
        let isStart = found.relativePath.bytes.isEmpty
        let path = isStart ? start.path : start.path.appending(found.relativePath.bytes)
        let relativePath =
            isStart ? start.relativePath : start.relativePath.appending(found.relativePath.bytes)
        guard isStart || !exclusion.covers(relativePath) else { return nil }
        switch found.kind {
        case "f", "d": break
        case "n", "l", "N", "L":
            throw Self.refused(path, "it is a symbolic link that leads nowhere, or to itself")
        default: throw Self.refused(path, "it is a FIFO, a socket or a device on the machine")
        }
        if found.isLink || isByLevel, found.kind == "d", !isStart {
            return Start(
                path: path,
                relativePath: relativePath,
                containers: start.containers.union(
                    Self.containers(of: found.relativePath, below: real)
                )
            )
        }
        guard entries.count < RemoteTree.maximumEntries else { throw Self.violation(start.path) }
        entries.append(
            RemoteTree.Entry(
                relativePath: relativePath,
                path: path,
                isDirectory: found.kind == "d",
                mode: found.mode,
                size: found.size
            )
        )
        return nil
    }

    private static func containers(
        of relativePath: BytePath,
        below real: BytePath
    ) -> Set<BytePath> {
        var found: Set<BytePath> = [real]
        var parent = relativePath.parent
        while !parent.bytes.isEmpty {
            found.insert(real.appending(parent.bytes))
            parent = parent.parent
        }
        return found
    }

    /// Reads `KIND MODE SIZE ./PATH`; the mode is octal or as `ls` shows it.
    private static func read(_ field: [UInt8], in directory: BytePath) throws -> Found {
        let words = field.split(separator: 0x20, maxSplits: 3, omittingEmptySubsequences: false)
        guard words.count == 4, let kind = words[0].last, words[0].count <= 2,
            let mode = mode(words[1]), words[3].first == 0x2E
        else { throw violation(directory) }
        let path = words[3].dropFirst(2)
        if words[3].count > 1 {
            guard words[3].dropFirst().first == 0x2F else { throw violation(directory) }
            let names = path.split(separator: 0x2F, omittingEmptySubsequences: false)
            guard names.count <= RemoteTree.maximumDepth else { throw violation(directory) }
            for name in names { try RemoteTree.check(Array(name), in: directory) }
        }
        return Found(
            isLink: words[0].count == 2,
            kind: Character(UnicodeScalar(kind)),
            mode: mode,
            size: UInt64(String(decoding: words[2], as: UTF8.self)) ?? 0,
            relativePath: BytePath(bytes: Array(path))
        )
    }

    /// The permission bits without setuid, setgid and sticky.
    private static func mode(_ word: ArraySlice<UInt8>) -> UInt32? {
        if let octal = UInt32(String(decoding: word, as: UTF8.self), radix: 8) {
            return octal & 0o777
        }
        let letters = word.dropFirst().prefix(9)
        guard letters.count == 9 else { return nil }
        return letters.reduce(0) { bits, letter in
            bits << 1 | (Array("-ST".utf8).contains(letter) ? 0 : 1)
        }
    }

    private static func refused(
        _ path: BytePath,
        _ found: String,
        _ code: CommunicatorError.Code = .transferFailed
    ) -> CommunicatorError {
        CommandFailure("downloading the directory entry", path).make(code, found)
    }

    private static func violation(_ path: BytePath) -> CommunicatorError {
        CommandFailure(TransferOperation.downloadDirectory, path)
            .make(.protocolViolation, "find on the machine gave a list that makes no sense")
    }
}
