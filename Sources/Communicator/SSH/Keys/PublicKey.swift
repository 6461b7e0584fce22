internal import Communicator

/// The public half of a key, as it is on the wire (RFC 4253 section 6.6).
struct PublicKey: Sendable, Hashable {
    let blob: [UInt8]

    /// The key's type, `ssh-ed25519` for instance; empty when the blob names none.
    var type: String {
        var reader = SSHDataReader(blob)
        return (try? reader.text()) ?? ""
    }

    /// The fingerprint as OpenSSH shows it.
    var fingerprint: String { "SHA256:" + Base64.encode(Crypto.sha256(blob)) }

    /// The blob under the name of an algorithm.
    ///
    /// libssh2 takes the first string of the blob for the algorithm. OpenSSH accepts an RSA key
    /// under the names of RFC 8332 too; that is how RSA works with a libssh2 before 1.11.
    func blob(named algorithm: SignatureAlgorithm) throws(KeyFileError) -> [UInt8] {
        var reader = SSHDataReader(blob)
        _ = try reader.string()
        return try algorithm.rawValue.asSSHString + reader.bytes(reader.count)
    }

    /// Why this type of key cannot log in here; `nil` when it can.
    static func refusal(ofType type: String) -> KeyFileError? {
        if type.contains("-cert-v01@") {
            return KeyFileError(
                "it is a certificate (\(ShownText.of(type))), which libssh2's sign callback cannot use",
                remedy: "Use the plain key, and put its public half into authorized_keys."
            )
        }
        if type.hasPrefix("sk-") {
            return KeyFileError(
                "it is a security key (\(ShownText.of(type))), which libssh2's sign callback cannot use",
                remedy: "Use an ed25519 key without a token."
            )
        }
        guard SignatureAlgorithm.all(forKeyType: type).isEmpty else { return nil }
        return KeyFileError(
            "its type \(ShownText.of(type)) is not supported",
            remedy: "Use an ed25519, ecdsa or rsa key."
        )
    }
}

/// Text of a peer or a file, fit to be shown.
enum ShownText {
    /// At most 100 characters, and no control character among them.
    static func of(_ text: String) -> String {
        let shown = text.unicodeScalars.prefix(100).map { scalar in
            scalar.properties.generalCategory == .control ? "?" : String(Character(scalar))
        }
        return "'\(shown.joined())'"
    }
}
