/// An ssh-agent: a program that holds private keys and signs with them.
public struct SSHAgent: Sendable {
    /// The path of its Unix socket, from `SSH_AUTH_SOCK` usually.
    public let socketPath: String
    /// The only keys that are asked for; `nil` for all that the agent holds.
    public let identities: [SSHPublicKey]?

    /// The agent at a socket.
    ///
    /// - Parameters:
    ///   - socketPath: The path of its Unix socket.
    ///   - identities: The only keys to ask for; `nil` for all that the agent holds.
    public init(socketPath: String, identities: [SSHPublicKey]? = nil) {
        self.socketPath = socketPath
        self.identities = identities
    }
}
