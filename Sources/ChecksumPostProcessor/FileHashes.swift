internal import Communicator
internal import Synchronization

/// The hashes of a file, all of one reading.
enum FileHashes {
    /// How much is held of a file at a time.
    static let pieceSize = 1 << 20

    /// Reads a file once.
    ///
    /// - Returns: The hashes in the order of `types`, in hexadecimal.
    /// - Throws: `CommunicatorError` for what cannot be read or changes meanwhile; ``ChecksumError``;
    ///   `CancellationError`, at most a piece after the task was cancelled.
    static func of(_ path: BytePath, _ types: [ChecksumType]) async throws -> [String] {
        let isCancelled = Flag()
        return try await withTaskCancellationHandler {
            try await FileQueue().run {
                let file = try LocalFileReader(opening: path)
                let hashes = try types.map { type throws(ChecksumError) in try RunningHash(type) }
                var offset: UInt64 = 0
                while true {
                    guard !isCancelled.value.load(ordering: .relaxed) else {
                        throw CancellationError()
                    }
                    let piece = try file.read(at: offset, count: pieceSize)
                    guard !piece.isEmpty else { break }
                    for hash in hashes { hash.add(piece) }
                    offset += UInt64(piece.count)
                }
                try file.checkUnchanged()
                return hashes.map { $0.end() }
            }
        } onCancel: {
            isCancelled.value.store(true, ordering: .relaxed)
        }
    }

    private final class Flag: Sendable {
        let value = Atomic(false)
    }
}
