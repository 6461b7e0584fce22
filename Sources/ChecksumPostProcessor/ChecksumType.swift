/// A hash that the post-processor can write, by Packer's name of it.
enum ChecksumType: String, Sendable, CaseIterable {
    case md5, sha1, sha224, sha256, sha384, sha512

    /// How many hexadecimal digits it has; no two have the same number.
    var digits: Int {
        switch self {
        case .md5: 32
        case .sha1: 40
        case .sha224: 56
        case .sha256: 64
        case .sha384: 96
        case .sha512: 128
        }
    }

    /// All names, for error texts.
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
