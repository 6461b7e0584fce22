/// What to upload: a local file, bytes in memory, or a stream.
public struct UploadSource: Sendable {
    /// Where the bytes come from.
    public enum Content: Sendable {
        /// The regular file at this local path; read while it is sent, never copied first.
        case file(String)
        /// These bytes.
        case bytes([UInt8])
        /// A stream whose length is not known.
        case stream(any ByteSource)
    }

    /// Where the bytes come from.
    public var content: Content

    /// The permission bits to give; `nil` means those of the local file, or 0644.
    public var mode: UInt32?

    /// A source made of its parts.
    public init(_ content: Content, mode: UInt32? = nil) {
        self.content = content
        self.mode = mode
    }

    /// The regular file at a local path.
    public static func file(_ path: String, mode: UInt32? = nil) -> UploadSource {
        UploadSource(.file(path), mode: mode)
    }

    /// Bytes in memory.
    public static func bytes(_ bytes: [UInt8], mode: UInt32? = nil) -> UploadSource {
        UploadSource(.bytes(bytes), mode: mode)
    }
}

/// A one-way source of bytes, read by one task.
public protocol ByteSource: Sendable {
    /// At least one byte and at most `count`, or `nil` at the end.
    func read(upTo count: Int) async throws -> [UInt8]?
}

/// A one-way sink of bytes, written by one task.
public protocol ByteSink: Sendable {
    /// Takes all of `bytes`; suspends until more can be taken.
    func write(_ bytes: [UInt8]) async throws
}

/// Where a download goes.
public enum DownloadTarget: Sendable {
    /// A local file, replaced only when the download is whole.
    case file(String)
    /// A sink; a failed download may have written a part of it.
    case sink(any ByteSink)
}

/// What a transfer can be told beside source and destination.
public struct TransferOptions: Sendable {
    /// Called as bytes move, from any task, at most some tens of times a second; must not block.
    public var progress: (@Sendable (TransferProgress) -> Void)?

    /// Which entries of a source directory stay out, as if they were not there.
    ///
    /// A directory that is excluded is not entered. The source itself is always moved.
    ///
    /// A pattern without a slash is compared with an entry's name at every depth, one with a slash
    /// with its path seen from the source directory; a slash at the beginning only makes it such a
    /// one, and a slash at the end counts for nothing. `*` and `?` stand for any bytes and any byte
    /// but a slash, `**` for any bytes at all (`a/**/b` is `a/b` too), `[a-z]` and `[!a-z]` for one
    /// of some bytes, `\` takes its meaning from what follows. A leading dot is nothing special.
    public var exclude: [String]

    /// Options with these values.
    public init(
        exclude: [String] = [],
        progress: (@Sendable (TransferProgress) -> Void)? = nil
    ) {
        self.exclude = exclude
        self.progress = progress
    }
}

/// How far one file of a transfer is.
public struct TransferProgress: Sendable, Equatable {
    /// Which way the bytes go.
    public enum Direction: Sendable {
        /// To the machine.
        case upload
        /// From the machine.
        case download
    }

    /// Which way the bytes go.
    public var direction: Direction
    /// The file, as the caller named it; for directories the file within.
    public var path: String
    /// Bytes done so far.
    public var completed: UInt64
    /// Bytes in all, when known.
    public var total: UInt64?
    /// Whether this is the last report for this file.
    public var isFinished: Bool

    /// A report made of its parts.
    public init(
        direction: Direction,
        path: String,
        completed: UInt64,
        total: UInt64?,
        isFinished: Bool
    ) {
        self.direction = direction
        self.path = path
        self.completed = completed
        self.total = total
        self.isFinished = isFinished
    }
}
