internal import COpenSSL

/// A private key in libcrypto's hands, with its public half.
///
/// Nothing changes it once it is made, and every signature has a context of its own, so that any
/// number of tasks may sign at once.
@safe final class KeyPair: @unchecked Sendable {
    /// The sizes of RSA keys that are taken: less is worthless, more takes minutes.
    static let modulusLimits = 1_024...16_384

    private let raw: OpaquePointer
    /// The public half.
    let publicKey: PublicKey

    private init(_ raw: OpaquePointer, _ publicKey: PublicKey) {
        unsafe self.raw = raw
        self.publicKey = publicKey
    }

    deinit { unsafe EVP_PKEY_free(raw) }

    // MARK: Making

    /// Takes over a key that libcrypto has read; frees it when it is no good.
    convenience init(taking raw: OpaquePointer) throws(KeyFileError) {
        let publicKey: PublicKey
        do {
            publicKey = PublicKey(blob: try unsafe Self.blob(of: raw))
        } catch {
            unsafe EVP_PKEY_free(raw)
            throw error
        }
        unsafe self.init(raw, publicKey)
        try prove()
    }

    static func ed25519(seed: [UInt8]) throws(KeyFileError) -> KeyPair {
        guard seed.count == 32,
            let raw = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count)
        else { throw KeyFileError("its ed25519 key makes no sense") }
        return try unsafe KeyPair(taking: raw)
    }

    static func ecdsa(
        _ algorithm: SignatureAlgorithm,
        point: [UInt8],
        secret: [UInt8]
    ) throws(KeyFileError) -> KeyPair {
        guard let curve = algorithm.curve, let size = algorithm.fieldSize,
            point.count == 2 * size + 1, point.first == 4, secret.count <= size, !secret.isEmpty,
            let raw = unsafe packer_swift_ec_key(
                curve,
                point,
                Int32(clamping: point.count),
                secret,
                Int32(clamping: secret.count)
            )
        else { throw KeyFileError("its ecdsa key makes no sense") }
        return try unsafe KeyPair(taking: raw)
    }

    static func rsa(n: [UInt8], e: [UInt8], d: [UInt8]) throws(KeyFileError) -> KeyPair {
        try checkRSA(n: n, e: e)
        guard !d.isEmpty, d.count <= n.count,
            let raw = unsafe packer_swift_rsa_key(
                n,
                Int32(clamping: n.count),
                e,
                Int32(clamping: e.count),
                d,
                Int32(clamping: d.count)
            )
        else { throw KeyFileError("its rsa key makes no sense") }
        return try unsafe KeyPair(taking: raw)
    }

    /// Refuses a modulus of a size that is not taken, and numbers that no rsa key has.
    static func checkRSA(n: [UInt8], e: [UInt8]) throws(KeyFileError) {
        let bits = n.count * 8 - (n.first?.leadingZeroBitCount ?? 0)
        guard modulusLimits.contains(bits) else {
            throw KeyFileError(
                "its rsa modulus has \(bits) bits",
                remedy: "Use an rsa key of 2048 to 8192 bits, or an ed25519 key."
            )
        }
        guard e.count <= 8, let last = e.last, last & 1 == 1, e != [1], n.last.map({ $0 & 1 }) == 1
        else { throw KeyFileError("its rsa key makes no sense") }
    }

    // MARK: Public half

    private static func blob(of raw: OpaquePointer) throws(KeyFileError) -> [UInt8] {
        switch unsafe EVP_PKEY_get_base_id(raw) {
        case EVP_PKEY_ED25519:
            var bytes = [UInt8](repeating: 0, count: 32)
            var count = bytes.count
            let code = unsafe EVP_PKEY_get_raw_public_key(raw, &bytes, &count)
            guard code == 1, count == 32 else { throw .truncated }
            return SignatureAlgorithm.ed25519.rawValue.asSSHString + bytes.asSSHString
        case EVP_PKEY_RSA:
            let e = unsafe number("e", of: raw)
            let n = unsafe number("n", of: raw)
            try checkRSA(n: n, e: e)
            return "ssh-rsa".asSSHString + e.asSSHNumber + n.asSSHNumber
        case EVP_PKEY_EC:
            return try unsafe ecdsaBlob(of: raw)
        default:
            let name = unsafe EVP_PKEY_get0_type_name(raw).map { unsafe String(cString: $0) }
            throw KeyFileError(
                "its type \(name ?? "") is not supported",
                remedy: "Use an ed25519, ecdsa or rsa key."
            )
        }
    }

    private static func ecdsaBlob(of raw: OpaquePointer) throws(KeyFileError) -> [UInt8] {
        var name = [CChar](repeating: 0, count: 64)
        var count = 0
        let code = unsafe EVP_PKEY_get_group_name(raw, &name, name.count, &count)
        let curve = String(
            decoding: name.prefix(count).map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
        let known: [SignatureAlgorithm] = [.ecdsa256, .ecdsa384, .ecdsa521]
        guard code == 1, let algorithm = known.first(where: { $0.curve == curve }),
            let size = algorithm.fieldSize
        else {
            throw KeyFileError(
                "its curve \(ShownText.of(curve)) is not supported",
                remedy: "Use nistp256, nistp384 or nistp521, or an ed25519 key."
            )
        }
        let point = unsafe [number("qx", of: raw), number("qy", of: raw)].map { coordinate in
            [UInt8](repeating: 0, count: max(0, size - coordinate.count)) + coordinate
        }
        let short = algorithm.rawValue.dropFirst("ecdsa-sha2-".count)
        return algorithm.rawValue.asSSHString + String(short).asSSHString
            + ([4] + point[0] + point[1]).asSSHString
    }

    private static func number(_ name: String, of raw: OpaquePointer) -> [UInt8] {
        // What is larger than this is refused for its size.
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = unsafe packer_swift_key_number(raw, name, &bytes, Int32(bytes.count))
        return Array(bytes.prefix(Int(count)))
    }

    // MARK: Signing

    /// Finds out whether the private half belongs to the public half.
    private func prove() throws(KeyFileError) {
        let test = Array("packer-swift".utf8)
        let algorithms = SignatureAlgorithm.all(forKeyType: publicKey.type)
        guard let algorithm = algorithms.first, let signature = sign(test, algorithm),
            unsafe packer_swift_verify(
                raw,
                algorithm.digest,
                test,
                test.count,
                signature,
                signature.count
            ) == 1
        else { throw KeyFileError("its private half does not belong to its public half") }
    }

    /// The signature of some data as libcrypto makes it; `nil` when the library refuses.
    private func sign(_ data: [UInt8], _ algorithm: SignatureAlgorithm) -> [UInt8]? {
        // Enough for a modulus of the largest size.
        var signature = [UInt8](repeating: 0, count: 4_096)
        let count = unsafe packer_swift_sign(
            raw,
            algorithm.digest,
            data,
            data.count,
            &signature,
            signature.count
        )
        return count > 0 ? Array(signature.prefix(count)) : nil
    }

    /// The signature of some data as SSH has it, without the algorithm's name.
    func signature(of data: [UInt8], _ algorithm: SignatureAlgorithm) throws(KeyFileError)
        -> [UInt8]
    {
        guard let signature = sign(data, algorithm) else {
            throw KeyFileError("this system's libcrypto makes no \(algorithm.rawValue) signatures")
        }
        guard let size = algorithm.fieldSize else { return signature }
        var r = [UInt8](repeating: 0, count: size)
        var s = r
        let code = unsafe packer_swift_ecdsa_numbers(
            signature,
            signature.count,
            &r,
            &s,
            Int32(size)
        )
        guard code == 1 else { throw KeyFileError("libcrypto made no ecdsa signature") }
        return r.asSSHNumber + s.asSSHNumber
    }
}
