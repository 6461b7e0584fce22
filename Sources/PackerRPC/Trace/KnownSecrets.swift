/// Texts that a transcript must not show, and the search for them.
///
/// What a peer can make this side hold and do is limited: beyond ``maximumCount`` texts, or
/// ``maximumSize`` bytes of them, nothing more is remembered, and everything is hidden instead.
struct KnownSecrets: Sendable {
    /// What is shorter is not remembered: common letters would vanish everywhere.
    static let shortestText = 4
    /// How many texts are looked for; a build has some dozens, and a private key has 50 lines.
    static let maximumCount = 4096
    /// How many bytes they may have in all.
    static let maximumSize = 1 << 20

    private var texts: Set<[UInt8]> = []
    /// The same by their first four bytes.
    private var byBeginning: [UInt32: [[UInt8]]] = [:]
    private var size = 0
    private var longest = 0
    /// Whether there were more than are looked for, so that nothing can be shown any more.
    private(set) var areTooMany = false

    func contains(_ text: String) -> Bool { texts.contains(Array(text.utf8)) }

    mutating func insert(_ text: some StringProtocol) {
        guard !areTooMany, text.utf8.count >= Self.shortestText else { return }
        guard text.utf8.count <= Self.maximumSize - size, texts.count < Self.maximumCount else {
            self = KnownSecrets()
            areTooMany = true
            return
        }
        let bytes = Array(text.utf8)
        guard texts.insert(bytes).inserted else { return }
        byBeginning[Self.beginning(of: bytes, at: 0), default: []].append(bytes)
        size += bytes.count
        longest = max(longest, bytes.count)
    }

    /// The beginning of a text, without what is to be hidden; what overlaps is hidden as one.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - limit: How many bytes of it are looked at.
    /// - Returns: What may be shown.
    func hiding(_ text: String, upTo limit: Int) -> String {
        guard !areTooMany else { return SecretMask.length(of: text) }
        // A secret may begin before the limit and end behind it.
        let bytes = Array(text.utf8.prefix(limit < .max - longest ? limit + longest : .max))
        let end = min(limit, bytes.count)
        var result: [UInt8] = []
        var copied = 0
        var place = 0
        while place < end {
            guard let hiddenEnd = hiddenEnd(in: bytes, from: place) else {
                place += 1
                continue
            }
            result += bytes[copied..<place]
            result += Array(SecretMask.length(ofBytes: hiddenEnd - place).utf8)
            place = hiddenEnd
            copied = hiddenEnd
        }
        if copied < end { result += bytes[copied..<end] }
        return String(decoding: result, as: UTF8.self)
    }

    /// The end of the secret that begins here, and of those that begin within it.
    private func hiddenEnd(in bytes: [UInt8], from start: Int) -> Int? {
        guard var end = secretEnd(in: bytes, from: start) else { return nil }
        var place = start + 1
        while place < end {
            end = max(end, secretEnd(in: bytes, from: place) ?? end)
            place += 1
        }
        return end
    }

    /// The end of the longest secret that begins here.
    private func secretEnd(in bytes: [UInt8], from start: Int) -> Int? {
        guard start + Self.shortestText <= bytes.count,
            let texts = byBeginning[Self.beginning(of: bytes, at: start)]
        else { return nil }
        var end: Int?
        for text in texts where start + text.count > end ?? start {
            let textEnd = start + text.count
            if textEnd <= bytes.count, bytes[start..<textEnd].elementsEqual(text) { end = textEnd }
        }
        return end
    }

    private static func beginning(of bytes: [UInt8], at start: Int) -> UInt32 {
        bytes[start..<start + shortestText].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
