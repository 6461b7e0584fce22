extension RandomNumberGenerator {
    /// `bytes` cut into pieces of random sizes.
    mutating func split(_ bytes: [UInt8], upTo limit: Int = 40) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...limit, using: &self))
            pieces.append(Array(piece))
            rest = rest.dropFirst(piece.count)
        }
        return pieces
    }
}
