/// One thing to show a server: a key under one algorithm, or a password by one method.
enum LoginProof: Sendable {
    case key(SSHPrivateKey, SignatureAlgorithm)
    case identity(SSHAgentClient.Identity, SSHAgentClient, SignatureAlgorithm)
    case password(String)
    case keyboardInteractive(String)

    /// The method of RFC 4252.
    var method: String {
        switch self {
        case .key, .identity: "publickey"
        case .password: "password"
        case .keyboardInteractive: "keyboard-interactive"
        }
    }

    /// The public key that is shown, and the algorithm.
    var publicKey: (key: PublicKey, algorithm: SignatureAlgorithm)? {
        switch self {
        case .key(let key, let algorithm): (key.pair.publicKey, algorithm)
        case .identity(let identity, _, let algorithm): (identity.key, algorithm)
        case .password, .keyboardInteractive: nil
        }
    }

    /// What tells this proof from every other, and holds no secret.
    var id: String { publicKey.map { "\($0.key.fingerprint) \($0.algorithm)" } ?? method }

    /// What a server takes once in a connection: a key under whatever algorithm, or a method.
    var step: String { publicKey.map { $0.key.fingerprint } ?? method }

    /// What it is that is shown; the same for each algorithm of one key.
    var name: String {
        switch self {
        case .key(let key, _): "the key \(key.name) (\(key.type) \(key.fingerprint))"
        case .identity(let identity, _, _):
            "the agent's key \(ShownText.of(identity.comment)) "
                + "(\(identity.key.type) \(identity.key.fingerprint))"
        case .password, .keyboardInteractive: "the password"
        }
    }

    /// How it is shown.
    var manner: String { publicKey?.algorithm.rawValue ?? method }

    /// Signs what the server wants signed.
    @concurrent
    func signature(of data: [UInt8]) async throws -> [UInt8] {
        switch self {
        case .key(let key, let algorithm): try key.pair.signature(of: data, algorithm)
        case .identity(let identity, let client, let algorithm):
            try await client.signature(of: data, by: identity.key, algorithm)
        case .password, .keyboardInteractive: []
        }
    }
}
