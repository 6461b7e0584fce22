internal import Communicator

extension PluginChecksum {
    /// How much is held of a file at a time.
    private static let pieceSize = 1 << 20

    /// Reads a file from its beginning to its end.
    ///
    /// - Throws: `CommunicatorError` for what cannot be read or changes meanwhile; `CancellationError`,
    ///   at most a piece after the task was cancelled.
    static func of(_ path: BytePath) async throws -> PluginChecksum {
        try await CancellableFileWork.run { checkCancellation in
            let file = try LocalFileReader(opening: path)
            let hash = RunningSHA256()
            var offset: UInt64 = 0
            while true {
                try checkCancellation()
                let piece = try file.read(at: offset, count: pieceSize)
                guard !piece.isEmpty else { break }
                hash.add(piece)
                offset += UInt64(piece.count)
            }
            try file.checkUnchanged()
            return hash.end()
        }
    }
}
