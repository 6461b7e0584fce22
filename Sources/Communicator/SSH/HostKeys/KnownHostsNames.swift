internal import COpenSSL

/// The field of a known_hosts line that says for which hosts it counts (sshd(8)).
struct KnownHostsNames {
    /// Whether a line counts for a host.
    enum Reach: Equatable {
        case named
        case notNamed
        /// The field is damaged, so that nobody can tell.
        case unreadable
    }

    /// A longer pattern is no host name; OpenSSH reads none of the list then.
    private static let longestPattern = 1022

    private let text: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) {
        self.text = text
    }

    /// Whether the field is meant for a host, given in lower case and with its port as OpenSSH
    /// writes it.
    func reach(_ host: [UInt8]) -> Reach {
        if text.first == UInt8(ascii: "|") { return reachOfHash(host) }
        var reach = Reach.notNamed
        for part in text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let isNegated = part.first == UInt8(ascii: "!")
            let pattern = isNegated ? part.dropFirst() : part
            guard pattern.count <= Self.longestPattern else { return .unreadable }
            guard Self.matches(host, pattern) else { continue }
            if isNegated { return .notNamed }
            reach = .named
        }
        return reach
    }

    /// Whether `*` and `?` in a pattern can stand for what a host has there; ASCII case is ignored
    /// in the pattern.
    ///
    /// Only the last star is tried again, so the work is bounded by the product of the lengths.
    private static func matches(_ host: [UInt8], _ pattern: ArraySlice<UInt8>) -> Bool {
        var place = 0
        var index = pattern.startIndex
        var star: (index: Int, place: Int)?
        while place < host.count {
            if index < pattern.endIndex, pattern[index] == UInt8(ascii: "*") {
                star = (index, place)
                index += 1
            } else if index < pattern.endIndex,
                pattern[index] == UInt8(ascii: "?") || lowered(pattern[index]) == host[place]
            {
                index += 1
                place += 1
            } else if let last = star {
                star = (last.index, last.place + 1)
                index = last.index + 1
                place = last.place + 1
            } else {
                return false
            }
        }
        return pattern[index...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    private static func lowered(_ letter: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(letter) ? letter | 0x20 : letter
    }

    /// `|1|salt|hash`: HMAC-SHA1 of the name under the salt, both in base64.
    private func reachOfHash(_ host: [UInt8]) -> Reach {
        let parts = text.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
        guard parts.count == 4, parts[1] == [UInt8(ascii: "1")],
            let salt = KnownHostsEntry.exactBytes(parts[2]), salt.count == 20,
            let hash = KnownHostsEntry.exactBytes(parts[3]), hash.count == 20
        else { return .unreadable }
        var expected = [UInt8](repeating: 0, count: 20)
        var length: UInt32 = 0
        let isDone = unsafe HMAC(
            EVP_sha1(),
            salt,
            Int32(salt.count),
            host,
            host.count,
            &expected,
            &length
        )
        guard unsafe isDone != nil, length == 20 else { return .unreadable }
        return expected == hash ? .named : .notNamed
    }
}
