import Communicator

/// The bytes of an upload, taken piece by piece by one task.
struct UploadContent: Sendable {
    /// Bytes and where they belong.
    struct Piece: Sendable {
        var offset: UInt64
        var bytes: [UInt8]
    }

    private enum Source: Sendable {
        case file(LocalFileReader, FileQueue)
        case bytes([UInt8])
        case stream(any ByteSource)
    }

    /// The bytes in all, when known.
    let size: UInt64?
    /// The local file's permission bits.
    let mode: UInt32?
    private let source: Source
    /// What of a file is still to be read.
    private var extents: ArraySlice<Range<UInt64>>
    private var ready: ArraySlice<Piece> = []
    /// Where the next bytes of a stream belong, and at the end the size.
    private var position: UInt64 = 0

    /// Pieces that are read at once, to save turns of the queue.
    private static let piecesPerTurn: UInt64 = 8

    /// Opens what is to be uploaded.
    static func open(_ content: UploadSource.Content) async throws -> UploadContent {
        switch content {
        case .bytes(let bytes):
            UploadContent(.bytes(bytes), size: UInt64(bytes.count), extents: [])
        case .stream(let stream):
            UploadContent(.stream(stream), size: nil, extents: [])
        case .file(let path):
            try await open(file: BytePath(path), queue: FileQueue())
        }
    }

    /// Opens a local file; its reads run on `queue`.
    static func open(file path: BytePath, queue: FileQueue) async throws -> UploadContent {
        let (reader, extents) = try await queue.run {
            let reader = try LocalFileReader(opening: path)
            return (reader, try reader.dataExtents())
        }
        return UploadContent(
            .file(reader, queue),
            size: reader.status.size,
            mode: reader.status.mode & 0o777,
            extents: extents
        )
    }

    private init(
        _ source: Source,
        size: UInt64?,
        mode: UInt32? = nil,
        extents: [Range<UInt64>]
    ) {
        self.source = source
        self.size = size
        self.mode = mode
        self.extents = extents[...]
    }

    /// Gives up the holes of a sparse file: for destinations where a gap does not read as zeros.
    mutating func fillHoles() {
        guard case .file = source, let size else { return }
        extents = size > 0 ? [0..<size] : []
    }

    /// The next bytes, at most `length` of them, or `nil` at the end.
    mutating func next(_ length: Int) async throws -> Piece? {
        switch source {
        case .bytes(let bytes):
            let start = Int(position)
            guard start < bytes.count else { return nil }
            let end = min(bytes.count, start + length)
            position = UInt64(end)
            return Piece(offset: UInt64(start), bytes: Array(bytes[start..<end]))
        case .stream(let stream):
            return try await next(length, of: stream)
        case .file(let reader, let queue):
            if ready.isEmpty { try await fill(length, from: reader, queue) }
            return ready.popFirst()
        }
    }

    /// Checks after the last piece that a file did not change meanwhile, and gives the size.
    func finish() async throws -> UInt64 {
        guard case .file(let reader, let queue) = source else { return position }
        try await queue.run { try reader.checkUnchanged() }
        return reader.status.size
    }

    private mutating func next(_ length: Int, of stream: any ByteSource) async throws -> Piece? {
        var bytes: [UInt8] = []
        while bytes.count < length, let more = try await stream.read(upTo: length - bytes.count) {
            bytes += more
        }
        guard !bytes.isEmpty else { return nil }
        defer { position += UInt64(bytes.count) }
        return Piece(offset: position, bytes: bytes)
    }

    private mutating func fill(
        _ length: Int,
        from reader: LocalFileReader,
        _ queue: FileQueue
    ) async throws {
        guard let extent = extents.popFirst() else { return }
        let end = min(extent.upperBound, extent.lowerBound + UInt64(length) * Self.piecesPerTurn)
        if end < extent.upperBound { extents = [end..<extent.upperBound] + extents }
        ready = try await queue.run {
            var pieces: ArraySlice<Piece> = []
            for offset in stride(from: extent.lowerBound, to: end, by: length) {
                let count = Int(min(UInt64(length), end - offset))
                let bytes = try reader.read(at: offset, count: count)
                guard bytes.count == count else { throw Self.shrunk(reader, offset) }
                pieces.append(Piece(offset: offset, bytes: bytes))
            }
            return pieces
        }
    }

    private static func shrunk(_ reader: LocalFileReader, _ offset: UInt64) -> CommunicatorError {
        CommunicatorError(
            .sourceChanged,
            operation: "reading the local file",
            target: "\(reader.path)",
            detail: "it ended at \(offset) instead of \(reader.status.size) bytes"
        )
    }
}
