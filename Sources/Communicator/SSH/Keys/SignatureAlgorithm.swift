/// How a public key is used to log in: the name that is sent, and the digest that is signed.
enum SignatureAlgorithm: String, Sendable, Hashable {
    case ed25519 = "ssh-ed25519"
    case ecdsa256 = "ecdsa-sha2-nistp256"
    case ecdsa384 = "ecdsa-sha2-nistp384"
    case ecdsa521 = "ecdsa-sha2-nistp521"
    /// RFC 8332.
    case rsaSHA512 = "rsa-sha2-512"
    /// RFC 8332.
    case rsaSHA256 = "rsa-sha2-256"
    /// RFC 4253; only servers that know nothing better still take it.
    case rsaSHA1 = "ssh-rsa"

    /// The algorithms for a type of key, the best first; none when it is not supported.
    static func all(forKeyType type: String) -> [SignatureAlgorithm] {
        if type == "ssh-rsa" { return [.rsaSHA512, .rsaSHA256, .rsaSHA1] }
        return SignatureAlgorithm(rawValue: type).map { [$0] } ?? []
    }

    /// libcrypto's name of the digest; `nil` for an algorithm that has its own.
    var digest: String? {
        switch self {
        case .ed25519: nil
        case .ecdsa256, .rsaSHA256: "SHA2-256"
        case .ecdsa384: "SHA2-384"
        case .ecdsa521, .rsaSHA512: "SHA2-512"
        case .rsaSHA1: "SHA1"
        }
    }

    /// What an ssh-agent has to be told (draft-miller-ssh-agent section 3.6.1).
    var agentFlags: UInt32 {
        switch self {
        case .rsaSHA256: 2
        case .rsaSHA512: 4
        default: 0
        }
    }

    /// The size of each of the two numbers of an ECDSA signature.
    var fieldSize: Int? {
        switch self {
        case .ecdsa256: 32
        case .ecdsa384: 48
        case .ecdsa521: 66
        default: nil
        }
    }

    /// libcrypto's name of the curve.
    var curve: String? {
        switch self {
        case .ecdsa256: "prime256v1"
        case .ecdsa384: "secp384r1"
        case .ecdsa521: "secp521r1"
        default: nil
        }
    }
}
