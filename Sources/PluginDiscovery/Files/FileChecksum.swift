internal import COpenSSL
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

/// A SHA-256 that is given its bytes piece by piece; of one thread.
@safe private final class RunningSHA256 {
    private let context: OpaquePointer

    init() {
        let context = unsafe EVP_MD_CTX_new()
        guard let context = unsafe context else { fatalError("libcrypto has no memory for a hash") }
        let code = unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil)
        precondition(code == 1, "libcrypto has no SHA-2")
        unsafe self.context = context
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    func add(_ bytes: [UInt8]) {
        let code = unsafe EVP_DigestUpdate(context, bytes, bytes.count)
        precondition(code == 1, "libcrypto stopped hashing")
    }

    func end() -> PluginChecksum {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        let code = unsafe EVP_DigestFinal_ex(context, &digest, &count)
        precondition(code == 1, "libcrypto did not end its hash")
        return PluginChecksum(digest: Array(digest.prefix(Int(count))))
    }
}
