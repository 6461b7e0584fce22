internal import Communicator

/// A file of lines `HASH<tab>NAME`, to which lines are added.
struct ChecksumFile {
    /// A line, without its end.
    struct Line: Equatable {
        var hash: String
        /// The file's name without its directory.
        var name: [UInt8]

        var bytes: [UInt8] { Array(hash.utf8) + [0x09] + name }
    }

    /// Where it is.
    let path: BytePath

    /// The largest file to which lines are added; larger is no checksum file.
    static let maximumSize: UInt64 = 4 << 20

    /// Adds lines, in place of older ones of the same file and the same hash; other lines stay.
    ///
    /// The file is whole at every moment. Missing directories are made.
    ///
    /// - Returns: Whether the file is new.
    func add(_ lines: [Line]) async throws -> Bool {
        let path = path
        try await FileQueue().run { try LocalDirectory.makeWithParents(path.parent) }
        let lock = try await DirectoryLock.take(path.parent)
        let isNew = try await FileQueue().run {
            let old = try Self.content(path)
            let new = Self.merged(old ?? [], adding: lines)
            let file = try AtomicLocalFile(replacing: path)
            try file.write(new, at: 0)
            let mode =
                try old == nil
                ? 0o644 & ~LocalDirectory.creationMask : FileStatus.of(path).mode
            try file.commit(size: UInt64(new.count), mode: mode)
            return old == nil
        }
        _ = consume lock
        return isNew
    }

    /// What a checksum file becomes.
    static func merged(_ old: [UInt8], adding lines: [Line]) -> [UInt8] {
        let replaced = Set(lines.map { Subject(digits: $0.hash.utf8.count, name: $0.name) })
        var result: [UInt8] = []
        result.reserveCapacity(old.count + lines.count * 160)
        for line in old.split(separator: 0x0A) {
            if let subject = Subject(of: line), replaced.contains(subject) { continue }
            result += line
            result.append(0x0A)
        }
        for line in lines {
            result += line.bytes
            result.append(0x0A)
        }
        return result
    }

    /// What a line is about: a hash of this length, of a file of this name.
    private struct Subject: Hashable {
        var digits: Int
        var name: [UInt8]

        init(digits: Int, name: [UInt8]) {
            self.digits = digits
            self.name = name
        }

        /// - Returns: `nil` for a line of another form, which stays.
        init?(of line: ArraySlice<UInt8>) {
            guard let tab = line.firstIndex(of: 0x09) else { return nil }
            self.init(digits: tab - line.startIndex, name: Array(line[(tab + 1)...]))
        }
    }

    /// What is there already, or `nil`.
    private static func content(_ path: BytePath) throws -> [UInt8]? {
        let file: LocalFileReader
        do {
            file = try LocalFileReader(opening: path)
        } catch let error as CommunicatorError where error.code == .noSuchFile {
            return nil
        }
        guard file.status.size <= maximumSize else {
            throw ChecksumError(
                .outputTooLarge,
                "adding checksums to \(path) failed: it has \(file.status.size) bytes, and a "
                    + "checksum file has at most \(maximumSize)"
            )
        }
        return try file.read(at: 0, count: Int(file.status.size))
    }
}
