import COpenSSL

@testable import SSHCommunicator

/// What the server's side of SSH needs of libcrypto beside hashes and signatures.
enum PeerCrypto {
    struct Failure: Error {}

    /// A key of this side and what both sides then share (RFC 8731).
    static func curve25519(with other: [UInt8]) throws -> (own: [UInt8], shared: [UInt8]) {
        guard let key = unsafe newKey(),
            let theirs = unsafe EVP_PKEY_new_raw_public_key(
                EVP_PKEY_X25519,
                nil,
                other,
                other.count
            ), let context = unsafe EVP_PKEY_CTX_new(key, nil)
        else { throw Failure() }
        defer {
            unsafe EVP_PKEY_CTX_free(context)
            unsafe EVP_PKEY_free(theirs)
            unsafe EVP_PKEY_free(key)
        }
        var own = [UInt8](repeating: 0, count: 32)
        var shared = own
        var ownCount = 32
        var sharedCount = 32
        guard unsafe EVP_PKEY_get_raw_public_key(key, &own, &ownCount) == 1,
            unsafe EVP_PKEY_derive_init(context) == 1,
            unsafe EVP_PKEY_derive_set_peer(context, theirs) == 1,
            unsafe EVP_PKEY_derive(context, &shared, &sharedCount) == 1
        else { throw Failure() }
        return (own, shared)
    }

    private static func newKey() -> OpaquePointer? {
        guard let context = unsafe EVP_PKEY_CTX_new_id(EVP_PKEY_X25519, nil) else { return nil }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard unsafe EVP_PKEY_keygen_init(context) == 1,
            unsafe EVP_PKEY_keygen(context, &key) == 1
        else { return nil }
        return unsafe key
    }
}

/// One direction of a connection under aes128-ctr and hmac-sha2-256.
@safe final class PeerCipher {
    static let block = 16
    static let tag = 32

    private let context: OpaquePointer
    private let secret: [UInt8]

    init(key: [UInt8], iv: [UInt8], secret: [UInt8]) throws {
        guard let context = unsafe EVP_CIPHER_CTX_new() else { throw PeerCrypto.Failure() }
        unsafe self.context = context
        self.secret = secret
        // Counting is the same in both directions.
        guard unsafe EVP_EncryptInit_ex(context, EVP_aes_128_ctr(), nil, key, iv) == 1 else {
            throw PeerCrypto.Failure()
        }
    }

    deinit { unsafe EVP_CIPHER_CTX_free(context) }

    func apply(_ bytes: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: bytes.count)
        var count: Int32 = 0
        let code = unsafe EVP_EncryptUpdate(context, &result, &count, bytes, Int32(bytes.count))
        precondition(code == 1 && Int(count) == bytes.count)
        return result
    }

    func tag(of packet: [UInt8], number: UInt32) -> [UInt8] {
        let text = number.bigEndianBytes + packet
        var result = [UInt8](repeating: 0, count: Self.tag)
        var count: UInt32 = 0
        let digest = unsafe EVP_sha256()
        let made = unsafe HMAC(
            digest,
            secret,
            Int32(secret.count),
            text,
            text.count,
            &result,
            &count
        )
        precondition(unsafe made != nil && count == 32)
        return result
    }
}
