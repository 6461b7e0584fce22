internal import Communicator

/// A local script, read piece by piece with its line endings turned into LF.
actor ScriptFile: ByteSource {
    private let path: String
    private let queue = FileQueue()
    private var file: LocalFileReader?
    private var offset: UInt64 = 0
    private var endings = LineEndings()
    private var ready: ArraySlice<UInt8> = []
    private var isAtEnd = false

    private static let readSize = 65_536

    /// The script at this path; it is opened by the first read.
    init(path: String) {
        self.path = path
    }

    func read(upTo count: Int) async throws -> [UInt8]? {
        while ready.isEmpty {
            guard !isAtEnd else { return nil }
            let bytes = try await nextPiece()
            isAtEnd = bytes.isEmpty
            ready = (isAtEnd ? endings.finish() : endings.convert(bytes))[...]
        }
        let piece = ready.prefix(count)
        ready = ready.dropFirst(piece.count)
        return Array(piece)
    }

    private func nextPiece() async throws -> [UInt8] {
        let (file, offset) = (self.file, self.offset)
        let (opened, bytes) = try await queue.run { [path] in
            let opened = try file ?? LocalFileReader(opening: BytePath(path))
            let bytes = try opened.read(at: offset, count: Self.readSize)
            // A script that changed on the way is two halves of two scripts.
            if bytes.isEmpty { try opened.checkUnchanged() }
            return (opened, bytes)
        }
        self.file = opened
        self.offset += UInt64(bytes.count)
        return bytes
    }
}
