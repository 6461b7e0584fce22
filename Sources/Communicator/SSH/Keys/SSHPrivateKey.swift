/// A private key that can log in: ed25519, ecdsa on a NIST curve, or rsa.
public struct SSHPrivateKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    let pair: KeyPair
    /// Where it came from, for messages; usually the path of its file.
    public let name: String

    /// A key from the text of its file: OpenSSH's format, PKCS#8 or the older PEM.
    ///
    /// The key is unlocked and checked here; with OpenSSH's format that takes the time its maker
    /// wanted it to take, some 0.1 s.
    ///
    /// - Parameters:
    ///   - pem: The file's content, `-----BEGIN ...` and all.
    ///   - name: Where it came from, for messages.
    ///   - passphrase: What the key is locked with, or `nil`; not used for a key that is not locked.
    /// - Throws: `CommunicatorError` with code `.invalidConfiguration` when it is no private key,
    ///   is damaged, is locked with another passphrase, or is of a kind that cannot log in here
    ///   (certificates and security keys).
    public init(pem: [UInt8], name: String, passphrase: String? = nil) throws {
        do {
            pair = try PrivateKeyReader(pem, passphrase: passphrase).read()
        } catch {
            throw error.inFile(name)
        }
        self.name = name
    }

    init(_ pair: KeyPair, name: String) {
        self.pair = pair
        self.name = name
    }

    /// The key's type: `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa` and so on.
    public var type: String { pair.publicKey.type }

    /// The fingerprint as OpenSSH shows it, `SHA256:...`.
    public var fingerprint: String { pair.publicKey.fingerprint }

    /// The name; the key is no part of it.
    public var description: String { name }
    /// The name; the key is no part of it.
    public var debugDescription: String { name }
}
