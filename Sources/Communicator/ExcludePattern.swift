/// Which entries of a directory stay out of a transfer; a pattern of ``TransferOptions/exclude``.
///
/// Compares bytes, so that names need not be UTF-8, and a `?` is one byte. The time is at most the
/// product of both lengths.
package struct ExcludePattern: Sendable {
    /// One step of a pattern.
    private enum Token: Sendable {
        case byte(UInt8)
        /// `?`: any byte but a slash.
        case any
        /// `[...]`: one of these bytes.
        case oneOf(Set<UInt8>)
        /// `*`: any number of bytes, no slash among them.
        case star
        /// `**`: any number of bytes.
        case doubleStar
        /// `**/`: nothing, or anything up to and with a slash.
        case directories
    }

    private static let slash = UInt8(ascii: "/")

    private let tokens: [Token]
    /// Whether the pattern is compared with the whole relative path and not with the name alone.
    private let isPath: Bool

    /// A pattern from its text.
    package init(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while bytes.last == Self.slash, bytes.count > 1 { bytes.removeLast() }
        isPath = bytes.contains(Self.slash)
        if bytes.first == Self.slash { bytes.removeFirst() }
        tokens = Self.tokens(of: Array(bytes))
    }

    /// Whether the pattern names the entry that is at `path` seen from the source directory.
    package func matches(_ path: BytePath) -> Bool {
        guard !tokens.isEmpty else { return false }
        return matches(isPath ? path.bytes : path.name)
    }

    /// Follows all ways through the pattern at once: `reached` holds every number of tokens that
    /// some way has behind it, so that no byte is looked at twice for one token.
    private func matches(_ bytes: [UInt8]) -> Bool {
        var reached = [Bool](repeating: false, count: tokens.count + 1)
        reached[0] = true
        skipEmpty(&reached, isAtName: true)
        for byte in bytes {
            var next = [Bool](repeating: false, count: tokens.count + 1)
            for (index, token) in tokens.enumerated() where reached[index] {
                switch token {
                case .byte(let wanted): next[index + 1] = next[index + 1] || byte == wanted
                case .any: next[index + 1] = next[index + 1] || byte != Self.slash
                case .oneOf(let set): next[index + 1] = next[index + 1] || set.contains(byte)
                case .star: next[index] = next[index] || byte != Self.slash
                case .doubleStar, .directories: next[index] = true
                }
            }
            skipEmpty(&next, isAtName: byte == Self.slash)
            guard next.contains(true) else { return false }
            reached = next
        }
        return reached[tokens.count]
    }

    /// Adds what is reached without a byte; directories end only where a name begins.
    private func skipEmpty(_ reached: inout [Bool], isAtName: Bool) {
        for (index, token) in tokens.enumerated() where reached[index] {
            switch token {
            case .star, .doubleStar: reached[index + 1] = true
            case .directories where isAtName: reached[index + 1] = true
            default: break
            }
        }
    }

    private static func tokens(of bytes: [UInt8]) -> [Token] {
        var tokens: [Token] = []
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "?"): tokens.append(.any)
            case UInt8(ascii: "\\"): tokens.append(.byte(rest.popFirst() ?? byte))
            case UInt8(ascii: "*"):
                let isWholeName = rest.startIndex == 1 || bytes[rest.startIndex - 2] == slash
                let more = rest.prefix { $0 == byte }
                rest = rest.dropFirst(more.count)
                guard !more.isEmpty else {
                    tokens.append(.star)
                    continue
                }
                let isDirectories = isWholeName && rest.first == slash
                if isDirectories { rest.removeFirst() }
                tokens.append(isDirectories ? .directories : .doubleStar)
            case UInt8(ascii: "["):
                guard let set = takeSet(from: &rest) else {
                    tokens.append(.byte(byte))
                    continue
                }
                tokens.append(.oneOf(set))
            default: tokens.append(.byte(byte))
            }
        }
        return tokens
    }

    /// Takes what follows a `[`, up to its `]`; `nil`, and nothing taken, where there is none.
    private static func takeSet(from rest: inout ArraySlice<UInt8>) -> Set<UInt8>? {
        var inside = rest
        let isNegated = inside.first == UInt8(ascii: "!") || inside.first == UInt8(ascii: "^")
        if isNegated { inside.removeFirst() }
        var set: Set<UInt8> = []
        var isFirst = true
        while var low = inside.popFirst() {
            if low == UInt8(ascii: "]"), !isFirst {
                rest = inside
                if isNegated { set = Set(UInt8.min ... .max).subtracting(set) }
                return set.subtracting([slash])
            }
            isFirst = false
            if low == UInt8(ascii: "\\") { low = inside.popFirst() ?? low }
            set.formUnion(low...takeEnd(of: low, from: &inside))
        }
        return nil
    }

    /// Takes what follows the first byte of a range; a byte alone is a range too.
    private static func takeEnd(of low: UInt8, from inside: inout ArraySlice<UInt8>) -> UInt8 {
        guard inside.first == UInt8(ascii: "-"), let high = inside.dropFirst().first,
            high != UInt8(ascii: "]"), high >= low
        else { return low }
        inside = inside.dropFirst(2)
        return high
    }
}

/// The patterns of one transfer.
package struct Exclusion: Sendable {
    private let patterns: [ExcludePattern]

    /// What the options exclude.
    package init(_ options: TransferOptions) {
        patterns = options.exclude.map { ExcludePattern($0) }
    }

    /// Nothing is excluded.
    package static let none = Exclusion(TransferOptions())

    /// Whether nothing is excluded.
    package var isEmpty: Bool { patterns.isEmpty }

    /// Whether the entry at `path`, seen from the source directory, stays out; what contains it is
    /// to be asked about first.
    package func covers(_ path: BytePath) -> Bool { patterns.contains { $0.matches(path) } }
}
