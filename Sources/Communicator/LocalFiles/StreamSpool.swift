/// A stream of unknown length, kept in memory while it is short and in a local file when it is not.
package struct StreamSpool: Sendable {
    /// What to upload instead: bytes, or the temporary file.
    package let content: UploadSource.Content
    private let file: BytePath?

    /// How much is kept in memory.
    private static let memoryLimit = 1 << 20

    /// Takes a stream up to its end; `nil` for what has a size already.
    package static func fill(from content: UploadSource.Content) async throws -> StreamSpool? {
        guard case .stream(let stream) = content else { return nil }
        var bytes: [UInt8] = []
        while bytes.count < memoryLimit {
            try Task.checkCancellation()
            guard let more = try await stream.read(upTo: memoryLimit - bytes.count) else {
                return StreamSpool(content: .bytes(bytes), file: nil)
            }
            bytes += more
        }
        return try await StreamSpool(bytes, rest: stream)
    }

    private init(content: UploadSource.Content, file: BytePath?) {
        self.content = content
        self.file = file
    }

    private init(_ start: [UInt8], rest stream: any ByteSource) async throws {
        let queue = FileQueue()
        let path = LocalDirectory.temporary.appending(Array("x".utf8)).temporarySibling()
        let spool = try await queue.run { try AtomicLocalFile(replacing: path) }
        defer { spool.discard() }
        var position = UInt64(start.count)
        try await queue.run { try spool.write(start, at: 0) }
        while let bytes = try await stream.read(upTo: Self.memoryLimit) {
            try Task.checkCancellation()
            let offset = position
            try await queue.run { try spool.write(bytes, at: offset) }
            position += UInt64(bytes.count)
        }
        let size = position
        try await queue.run { try spool.commit(size: size, mode: 0o600, durable: false) }
        self.init(content: .file(String(decoding: path.bytes, as: UTF8.self)), file: path)
    }

    /// Removes the local file.
    package func remove() {
        if let file { LocalDirectory.removeFile(file) }
    }
}
