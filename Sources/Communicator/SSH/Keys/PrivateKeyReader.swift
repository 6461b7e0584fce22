internal import COpenSSL
internal import Communicator

/// Reads a private key file: OpenSSH's format, PKCS#8 or the older PEM.
struct PrivateKeyReader {
    /// The largest file that is read; an RSA key of 16,384 bits takes 13 KiB.
    static let sizeLimit = 1_048_576
    /// The most often that a PKCS#8 file may want its passphrase hashed; a few seconds' work.
    static let iterationLimit: Int64 = 10_000_000

    private static let openSSH = "OPENSSH PRIVATE KEY"

    private let text: [UInt8]
    private let passphrase: String?
    private let iterationLimit: Int64

    init(
        _ text: [UInt8],
        passphrase: String?,
        iterationLimit: Int64 = PrivateKeyReader.iterationLimit
    ) {
        self.text = text
        self.passphrase = passphrase
        self.iterationLimit = iterationLimit
    }

    /// The key.
    func read() throws(KeyFileError) -> KeyPair {
        guard text.count <= Self.sizeLimit else { throw KeyFileError("it is larger than 1 MiB") }
        guard let (label, body) = armored() else { throw noKey() }
        guard label == Self.openSSH else { return try readPEM() }
        return try openSSHFile(body).keyPair(passphrase: passphrase)
    }

    /// The public half alone: of a `.pub` file, or of a private key in OpenSSH's format.
    func readPublicKey() throws(KeyFileError) -> PublicKey {
        guard text.count <= Self.sizeLimit else { throw KeyFileError("it is larger than 1 MiB") }
        if let (label, body) = armored(), label == Self.openSSH {
            return try openSSHFile(body).publicKey
        }
        let words = text.split { $0 == 32 || (9...13).contains($0) }
        guard words.count >= 2, let blob = Base64.decode(words[1]), !blob.isEmpty,
            PublicKey(blob: blob).type == String(decoding: words[0], as: UTF8.self)
        else { throw KeyFileError("it has no public key that can be read without a passphrase") }
        return PublicKey(blob: blob)
    }

    private func openSSHFile(_ body: [UInt8]) throws(KeyFileError) -> OpenSSHKeyFile {
        guard let bytes = Base64.decode(body) else {
            throw KeyFileError("what is between its BEGIN and END is no base64")
        }
        return try OpenSSHKeyFile(bytes)
    }

    private func readPEM() throws(KeyFileError) -> KeyPair {
        let count = Int32(clamping: text.count)
        // Whatever stands first in the file: libcrypto passes over what it cannot read.
        let iterations = unsafe packer_swift_pem_iterations(text, count)
        guard iterations <= iterationLimit else {
            throw KeyFileError("it wants its passphrase hashed \(iterations) times")
        }
        var wasAsked: Int32 = 0
        let secret = passphrase.flatMap { $0.isEmpty ? nil : $0.utf8.map(CChar.init(bitPattern:)) }
        let raw = unsafe packer_swift_read_pem(
            text,
            count,
            secret ?? [],
            Int32(clamping: secret?.count ?? -1),
            &wasAsked
        )
        if let raw = unsafe raw { return try unsafe KeyPair(taking: raw) }
        switch (wasAsked != 0, secret == nil) {
        case (true, true): throw .locked
        case (true, false): throw .wrongPassphrase
        default: throw KeyFileError("what is between its BEGIN and END is no private key")
        }
    }

    /// What stands in the first pair of BEGIN and END lines that names a private key.
    private func armored() -> (label: String, body: [UInt8])? {
        var label: String?
        var body: [UInt8] = []
        for line in text.split(whereSeparator: { $0 == 10 || $0 == 13 }) {
            var words = String(decoding: line, as: UTF8.self)
            while words.last == " " { words.removeLast() }
            if let open = label {
                if words.hasPrefix("-----END \(open)-----") { return (open, body) }
                body += line
            } else if words.hasPrefix("-----BEGIN "), words.hasSuffix("PRIVATE KEY-----") {
                label = String(words.dropFirst(11).dropLast(5))
            }
        }
        return nil
    }

    /// Why a file without a private key has none.
    private func noKey() -> KeyFileError {
        let words = String(decoding: text.prefix(300), as: UTF8.self)
        let remedy = "Name the file of the private key (without .pub) in ssh_private_key_file."
        if words.contains("-cert-v01@openssh.com ") {
            return KeyFileError("it is a certificate", remedy: remedy)
        }
        if words.hasPrefix("ssh-") || words.hasPrefix("ecdsa-") || words.hasPrefix("sk-") {
            return KeyFileError("it is a public key", remedy: remedy)
        }
        if words.contains("-----BEGIN"), words.contains("PRIVATE KEY-----") {
            return KeyFileError("it is cut off: its END line is missing")
        }
        if words.hasPrefix("PuTTY-User-Key-File") {
            return KeyFileError(
                "it is in PuTTY's format",
                remedy: "Convert it: puttygen KEY -O private-openssh -o NEW."
            )
        }
        return KeyFileError("it has no '-----BEGIN ... PRIVATE KEY-----' line", remedy: remedy)
    }
}
