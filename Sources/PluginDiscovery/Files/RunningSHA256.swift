internal import COpenSSL

/// A SHA-256 that is given its bytes piece by piece; of one thread.
@safe package final class RunningSHA256 {
    private let context: OpaquePointer

    /// The hash of nothing yet.
    package init() {
        let context = unsafe EVP_MD_CTX_new()
        guard let context = unsafe context else { fatalError("libcrypto has no memory for a hash") }
        let code = unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil)
        precondition(code == 1, "libcrypto has no SHA-2")
        unsafe self.context = context
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// Adds some bytes.
    package func add(_ bytes: [UInt8]) {
        let code = unsafe EVP_DigestUpdate(context, bytes, bytes.count)
        precondition(code == 1, "libcrypto stopped hashing")
    }

    /// The hash of all that was added; to be asked once.
    package func end() -> PluginChecksum {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        let code = unsafe EVP_DigestFinal_ex(context, &digest, &count)
        precondition(code == 1, "libcrypto did not end its hash")
        return PluginChecksum(digest: Array(digest.prefix(Int(count))))
    }
}
