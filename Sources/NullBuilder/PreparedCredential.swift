import SSHCommunicator

/// What to log in with, as far as it is known before the build.
enum PreparedCredential: Sendable {
    /// Nothing is missing.
    case ready(SSHCredential)
    /// A key whose passphrase has to be asked for.
    case locked(SSHLockedPrivateKey)

    /// The private key in a file's text.
    ///
    /// - Throws: `CommunicatorError` when it is no good, or is locked, no passphrase is given and
    ///   nobody can be asked for it.
    init(key text: [UInt8], name: String, passphrase: String?, canAsk: Bool) throws {
        if canAsk, passphrase == nil, let key = try SSHLockedPrivateKey(pem: text, name: name) {
            self = .locked(key)
        } else {
            let key = try SSHPrivateKey(pem: text, name: name, passphrase: passphrase)
            self = .ready(.privateKey(key))
        }
    }
}
