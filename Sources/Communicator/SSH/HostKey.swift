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
    public var fingerprint: String { "SHA256:" + Self.base64(digest) }

    /// The key's type, `ssh-ed25519` for instance; empty when the blob names none.
    public var type: String {
        guard blob.count > 4 else { return "" }
        let length = blob[..<4].reduce(0) { $0 << 8 | Int($1) }
        guard length <= blob.count - 4 else { return "" }
        return String(decoding: blob[4..<4 + length], as: UTF8.self)
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        let alphabet = Array("\(letters)\(letters.lowercased())0123456789+/".utf8)
        var text: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let group = bytes[index..<min(index + 3, bytes.count)]
            let value = group.reduce(0) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - group.count))
            for place in 0...group.count {
                text.append(alphabet[Int(value >> (18 - 6 * UInt32(place)) & 63)])
            }
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }
}
