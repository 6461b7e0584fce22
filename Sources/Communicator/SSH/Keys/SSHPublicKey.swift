internal import Communicator

/// A public key, by which one of an agent's keys is chosen.
public struct SSHPublicKey: Sendable, Hashable {
    let key: PublicKey

    /// The key of a `.pub` file, or the public half of a private key in OpenSSH's format.
    ///
    /// No passphrase is needed for either.
    ///
    /// - Parameters:
    ///   - text: The file's content.
    ///   - name: Where it came from, for messages.
    /// - Throws: `CommunicatorError` with code `.invalidConfiguration` when it is neither.
    public init(text: [UInt8], name: String) throws {
        do {
            key = try PrivateKeyReader(text, passphrase: nil).readPublicKey()
        } catch {
            throw CommunicatorError(
                .invalidConfiguration,
                operation: "reading the public key",
                target: name,
                detail: error.detail,
                remedy: "Name a public key file, or a private key in OpenSSH's format."
            )
        }
    }

    /// The fingerprint as OpenSSH shows it, `SHA256:...`.
    public var fingerprint: String { key.fingerprint }
}
