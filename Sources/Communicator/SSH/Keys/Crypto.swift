internal import COpenSSL

/// What key files and signatures need of libcrypto.
enum Crypto {
    static func sha256(_ bytes: [UInt8]) -> [UInt8] { unsafe digest(bytes, size: 32, EVP_sha256()) }

    static func sha512(_ bytes: [UInt8]) -> [UInt8] { unsafe digest(bytes, size: 64, EVP_sha512()) }

    private static func digest(_ bytes: [UInt8], size: Int, _ algorithm: OpaquePointer?)
        -> [UInt8]
    {
        var result = [UInt8](repeating: 0, count: size)
        let code = unsafe EVP_Digest(bytes, bytes.count, &result, nil, algorithm, nil)
        precondition(code == 1, "libcrypto has no SHA-2")
        return result
    }

    /// Decrypts in place; with a tag only when nobody changed the data.
    ///
    /// - Returns: Whether it worked; what is in `data` otherwise means nothing.
    static func decrypt(
        _ data: inout [UInt8],
        cipher: String,
        key: [UInt8],
        iv: [UInt8],
        tag: [UInt8]?
    ) -> Bool {
        let count = Int32(clamping: data.count)
        guard var tag else {
            return unsafe packer_swift_decrypt(cipher, key, iv, &data, count, nil) == 1
        }
        guard tag.count == 16 else { return false }
        return unsafe packer_swift_decrypt(cipher, key, iv, &data, count, &tag) == 1
    }

    /// Overwrites a secret that is not needed any more.
    static func wipe(_ bytes: inout [UInt8]) {
        unsafe bytes.withUnsafeMutableBytes {
            unsafe OPENSSL_cleanse($0.baseAddress, $0.count)
        }
    }
}
