/// A private key in OpenSSH's own format (OpenSSH's PROTOCOL.key), which libcrypto cannot read.
struct OpenSSHKeyFile {
    private static let magic = Array("openssh-key-v1\0".utf8)

    private let cipher: Cipher
    private let kdfSalt: [UInt8]
    private let kdfRounds: Int
    private let secret: [UInt8]
    private let tag: [UInt8]?
    /// The public half, which is there for everybody to read.
    let publicKey: PublicKey

    /// Whether a passphrase is needed.
    var isLocked: Bool { cipher.keySize > 0 }

    /// Reads all that is not secret.
    init(_ bytes: [UInt8]) throws(KeyFileError) {
        var reader = SSHDataReader(bytes)
        guard try reader.bytes(Self.magic.count) == Self.magic else {
            throw KeyFileError("it does not begin like OpenSSH's key files")
        }
        let cipherName = try reader.text()
        guard let cipher = Cipher.known[cipherName] else {
            throw KeyFileError("its cipher \(ShownText.of(cipherName)) is not supported")
        }
        self.cipher = cipher
        let kdf = try reader.text()
        var options = SSHDataReader(try reader.string())
        switch (kdf, cipher.keySize > 0) {
        case ("none", false):
            kdfSalt = []
            kdfRounds = 0
        case ("bcrypt", true):
            kdfSalt = try options.string()
            kdfRounds = Int(try options.uint32())
        default: throw KeyFileError("its key derivation \(ShownText.of(kdf)) is not supported")
        }
        guard options.count == 0, try reader.uint32() == 1 else {
            throw KeyFileError("it holds more than one key, or none")
        }
        publicKey = PublicKey(blob: try reader.string())
        secret = try reader.string()
        tag = cipher.hasTag ? try reader.bytes(16) : nil
        guard reader.count == 0 else { throw KeyFileError("it has bytes after its end") }
        guard !secret.isEmpty, secret.count % cipher.blockSize == 0 else { throw .truncated }
    }

    /// Unlocks and reads the key.
    func keyPair(passphrase: String?) throws(KeyFileError) -> KeyPair {
        if let refusal = PublicKey.refusal(ofType: publicKey.type) { throw refusal }
        if isLocked { try checkWhatIsOpen() }
        var bytes = secret
        defer { Crypto.wipe(&bytes) }
        if isLocked { try unlock(&bytes, passphrase: passphrase) }
        var reader = SSHDataReader(bytes)
        let check = try reader.uint32()
        guard try reader.uint32() == check else {
            throw isLocked ? .wrongPassphrase : KeyFileError("its check numbers differ")
        }
        let pair = try Self.keyPair(from: &reader)
        _ = try reader.string()
        let padding = try reader.bytes(reader.count)
        guard padding.count < cipher.blockSize,
            padding == (0..<padding.count).map({ UInt8($0 + 1) })
        else { throw KeyFileError("its padding is wrong") }
        guard pair.publicKey == publicKey else {
            throw KeyFileError("its private half does not belong to its public half")
        }
        return pair
    }

    /// Refuses what no passphrase would make good.
    private func checkWhatIsOpen() throws(KeyFileError) {
        try BcryptKDF.check(saltSize: kdfSalt.count, rounds: kdfRounds)
        guard publicKey.type == SignatureAlgorithm.rsaSHA1.rawValue else { return }
        var reader = SSHDataReader(publicKey.blob)
        _ = try reader.string()
        let e = try reader.mpint()
        try KeyPair.checkRSA(n: reader.mpint(), e: e)
    }

    private func unlock(_ bytes: inout [UInt8], passphrase: String?) throws(KeyFileError) {
        guard let passphrase, !passphrase.isEmpty else { throw .locked }
        var key = try BcryptKDF.key(
            passphrase: Array(passphrase.utf8),
            salt: kdfSalt,
            rounds: kdfRounds,
            count: cipher.keySize + cipher.ivSize
        )
        defer { Crypto.wipe(&key) }
        let isDone = Crypto.decrypt(
            &bytes,
            cipher: cipher.name,
            key: Array(key.prefix(cipher.keySize)),
            iv: Array(key.suffix(cipher.ivSize)),
            tag: tag
        )
        guard isDone else { throw .wrongPassphrase }
    }

    private static func keyPair(from reader: inout SSHDataReader) throws(KeyFileError) -> KeyPair {
        let type = try reader.text()
        switch SignatureAlgorithm(rawValue: type) {
        case .ed25519:
            _ = try reader.string()
            let pair = try reader.string()
            guard pair.count == 64 else { throw KeyFileError("its ed25519 key makes no sense") }
            return try .ed25519(seed: Array(pair.prefix(32)))
        case .rsaSHA1:
            let n = try reader.mpint()
            let e = try reader.mpint()
            let d = try reader.mpint()
            for _ in ["iqmp", "p", "q"] { _ = try reader.mpint() }
            return try .rsa(n: n, e: e, d: d)
        case let algorithm? where algorithm.curve != nil:
            _ = try reader.string()
            let point = try reader.string()
            return try .ecdsa(algorithm, point: point, secret: reader.mpint())
        default:
            throw PublicKey.refusal(ofType: type) ?? .truncated
        }
    }
}

/// A cipher of OpenSSH's key files.
private struct Cipher {
    /// libcrypto's name.
    let name: String
    let keySize: Int
    let ivSize: Int
    let blockSize: Int
    let hasTag: Bool

    static let known: [String: Cipher] = {
        var known = [
            "none": Cipher(name: "", keySize: 0, ivSize: 0, blockSize: 8, hasTag: false)
        ]
        for bits in [128, 192, 256] {
            for mode in ["ctr", "cbc"] {
                known["aes\(bits)-\(mode)"] = Cipher(
                    name: "AES-\(bits)-\(mode.uppercased())",
                    keySize: bits / 8,
                    ivSize: 16,
                    blockSize: 16,
                    hasTag: false
                )
            }
            known["aes\(bits)-gcm@openssh.com"] = Cipher(
                name: "AES-\(bits)-GCM",
                keySize: bits / 8,
                ivSize: 12,
                blockSize: 16,
                hasTag: true
            )
        }
        return known
    }()
}
