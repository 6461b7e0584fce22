internal import COpenSSL

/// A hash of libcrypto's that is given its bytes piece by piece; of one thread.
@safe final class RunningHash {
    private let context: OpaquePointer

    /// - Throws: ``ChecksumError``; a libcrypto that is set up so (FIPS) has no MD5.
    init(_ type: ChecksumType) throws(ChecksumError) {
        let refusal = ChecksumError(
            .hashRefused,
            "computing \(type.rawValue) failed: the system's libcrypto does not do it"
        )
        guard let context = unsafe EVP_MD_CTX_new() else { throw refusal }
        guard unsafe EVP_DigestInit_ex(context, Self.algorithm(type), nil) == 1 else {
            unsafe EVP_MD_CTX_free(context)
            throw refusal
        }
        unsafe self.context = context
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// Takes more bytes.
    func add(_ bytes: [UInt8]) {
        let code = unsafe EVP_DigestUpdate(context, bytes, bytes.count)
        precondition(code == 1, "libcrypto stopped hashing")
    }

    /// The hash of all bytes, in lower-case hexadecimal; ends the hash.
    func end() -> String {
        var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        let code = unsafe EVP_DigestFinal_ex(context, &bytes, &count)
        precondition(code == 1, "libcrypto did not end its hash")
        return bytes.prefix(Int(count)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    private static func algorithm(_ type: ChecksumType) -> OpaquePointer? {
        switch type {
        case .md5: unsafe EVP_md5()
        case .sha1: unsafe EVP_sha1()
        case .sha224: unsafe EVP_sha224()
        case .sha256: unsafe EVP_sha256()
        case .sha384: unsafe EVP_sha384()
        case .sha512: unsafe EVP_sha512()
        }
    }
}
