/// The key by which a server proves which machine it is.
public struct HostKey: Sendable, Hashable {
    /// The key as it is on the wire (RFC 4253 section 6.6).
    public let blob: [UInt8]
    private let digest: [UInt8]

    init(blob: [UInt8], digest: [UInt8]) {
        self.blob = blob
        self.digest = digest
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
}
