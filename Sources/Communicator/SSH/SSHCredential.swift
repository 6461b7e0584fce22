internal import Communicator

/// A way to prove who we are; never shows its secret.
public enum SSHCredential: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// A password, for the `password` method.
    case password(String)
    /// A private key, for the `publickey` method.
    case privateKey(SSHPrivateKey)

    /// The method of RFC 4252 that it is for.
    public var method: String {
        switch self {
        case .password: "password"
        case .privateKey: "publickey"
        }
    }

    /// What to call it in messages.
    public var name: String {
        switch self {
        case .password: "the password"
        case .privateKey(let key): "the key \(key.name)"
        }
    }

    /// The name; the secret is no part of it.
    public var description: String { name }
    /// The name; the secret is no part of it.
    public var debugDescription: String { name }
}

/// A private key as it is in a file.
public struct SSHPrivateKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    let pem: [UInt8]
    let passphrase: String?
    /// Where it came from, for messages; usually the path of its file.
    public let name: String

    /// A key from the text of its file: OpenSSH's format, PKCS#8 or the older PEM.
    ///
    /// - Parameters:
    ///   - pem: The file's content, `-----BEGIN ...` and all.
    ///   - name: Where it came from, for messages.
    ///   - passphrase: What the key is locked with, or `nil`.
    /// - Throws: ``CommunicatorError`` with code `.invalidConfiguration` when it is no private key.
    public init(pem: [UInt8], name: String, passphrase: String? = nil) throws {
        let text = String(decoding: pem, as: UTF8.self)
        guard text.contains("-----BEGIN"), text.contains("PRIVATE KEY-----") else {
            throw CommunicatorError(
                .invalidConfiguration,
                operation: "reading the private key",
                target: name,
                detail: text.hasPrefix("ssh-") || text.hasPrefix("ecdsa-")
                    ? "it is a public key" : "it has no '-----BEGIN ... PRIVATE KEY-----' line",
                remedy: "Name the file of the private key (without .pub) in ssh_private_key_file."
            )
        }
        self.pem = pem
        self.name = name
        self.passphrase = passphrase
    }

    /// The name; the key is no part of it.
    public var description: String { name }
    /// The name; the key is no part of it.
    public var debugDescription: String { name }
}
