/// Bytes that tell their place in a long stream.
enum SoakPattern {
    private static let period = 251
    /// Longer than any piece, so that each is a part of it.
    private static let all = (0..<262_144 + period).map { UInt8($0 % period) }

    /// The bytes after so many others, at most 262,144.
    static func bytes(at place: Int, count: Int) -> [UInt8] {
        let start = place % period
        return Array(all[start..<start + count])
    }

    /// Whether bytes are those that come after so many others.
    static func has(_ bytes: [UInt8], at place: Int) -> Bool {
        var place = place
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(262_144)
            let start = place % period
            guard piece == all[start..<start + piece.count] else { return false }
            place += piece.count
            rest = rest.dropFirst(piece.count)
        }
        return true
    }
}
