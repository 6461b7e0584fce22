internal import COpenSSL
internal import Communicator

/// The key by which a server proves which machine it is.
public struct HostKey: Sendable, Hashable {
    /// The key as it is on the wire (RFC 4253 section 6.6).
    public let blob: [UInt8]
    private let digest: [UInt8]

    init(blob: [UInt8], digest: [UInt8]) {
        self.blob = blob
        self.digest = digest
    }

    /// A key that stands in a file.
    init(blob: [UInt8]) {
        var digest = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        _ = unsafe EVP_Digest(blob, blob.count, &digest, &length, EVP_sha256(), nil)
        self.init(blob: blob, digest: digest)
    }

    /// The fingerprint as OpenSSH shows it: `SHA256:` and base64 without padding.
    public var fingerprint: String { "SHA256:" + Base64.encode(digest) }

    /// The key's type, `ssh-ed25519` for instance; empty when the blob names none.
    public var type: String {
        guard blob.count > 4 else { return "" }
        let length = blob[..<4].reduce(0) { $0 << 8 | Int($1) }
        guard length <= blob.count - 4 else { return "" }
        return String(decoding: blob[4..<4 + length], as: UTF8.self)
    }

    /// Type and fingerprint, as messages name a key.
    var summary: String { "\(type) \(fingerprint)" }

    /// Whether the blob is nothing but strings with their lengths (RFC 4251 section 5), two or more.
    var isWellFormed: Bool {
        var rest = blob[...]
        var fields = 0
        while !rest.isEmpty {
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            guard rest.count >= 4, length <= rest.count - 4 else { return false }
            rest = rest.dropFirst(4 + length)
            fields += 1
        }
        return fields >= 2
    }
}
