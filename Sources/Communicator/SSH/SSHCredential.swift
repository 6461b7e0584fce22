internal import Communicator

/// A way to prove who we are; never shows its secret.
public enum SSHCredential: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// A password, for the methods `password` and `keyboard-interactive`.
    ///
    /// Of the questions of keyboard-interactive only those for a password are answered.
    case password(String)
    /// A private key, for the method `publickey`.
    case privateKey(SSHPrivateKey)
    /// The keys that an ssh-agent holds, for the method `publickey`.
    case agent(SSHAgent)

    /// The methods of RFC 4252 that it is for, the best first.
    public var methods: [String] {
        switch self {
        case .password: ["password", "keyboard-interactive"]
        case .privateKey, .agent: ["publickey"]
        }
    }

    /// What to call it in messages.
    public var name: String {
        switch self {
        case .password: "the password"
        case .privateKey(let key): "the key \(key.name)"
        case .agent(let agent): "the agent at \(agent.socketPath)"
        }
    }

    /// The name; the secret is no part of it.
    public var description: String { name }
    /// The name; the secret is no part of it.
    public var debugDescription: String { name }
}
