/// A version of a plugin, read as Packer reads it: more forms than semantic versioning has.
///
/// `v1.2.3-dev+meta`, with any number of numbers and the `v` as one likes. Compared by numbers, then by
/// pre-release; metadata does not count. Source: `hashicorp/go-version`.
package struct PluginVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The numbers, at least three.
    package let segments: [Int]
    /// What follows the dash: `dev`; `nil` for a release.
    package let preRelease: String?
    /// What follows the plus; `nil` where there is none.
    package let metadata: String?

    /// Reads a version; `nil` for what is none.
    package init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        if rest.first == UInt8(ascii: "v") { rest.removeFirst() }
        guard let segments = Self.takeNumbers(&rest) else { return nil }
        self.segments = segments + Array(repeating: 0, count: max(0, 3 - segments.count))
        let plus = rest.firstIndex(of: UInt8(ascii: "+"))
        metadata = plus.map { String(decoding: rest[($0 + 1)...], as: UTF8.self) }
        guard metadata.map(Self.isDotted) ?? true else { return nil }
        var label = rest[..<(plus ?? rest.endIndex)]
        guard let first = label.first else {
            preRelease = nil
            return
        }
        // A number needs its dash: 1.2.3-4 has a pre-release.
        if first == UInt8(ascii: "-") {
            label.removeFirst()
        } else if (0x30...0x39).contains(first) || first == UInt8(ascii: ".") {
            return nil
        }
        let text = String(decoding: label, as: UTF8.self)
        guard Self.isDotted(text) else { return nil }
        preRelease = text
    }

    /// The one form that Packer since 1.11 takes in a name of a file, behind its `v`.
    package var description: String {
        segments.map(String.init).joined(separator: ".") + (preRelease.map { "-\($0)" } ?? "")
            + (metadata.map { "+\($0)" } ?? "")
    }

    /// By numbers; a pre-release before its release.
    package static func < (first: PluginVersion, second: PluginVersion) -> Bool {
        order(first, second) < 0
    }

    /// Whether neither is newer; metadata does not count.
    package static func == (first: PluginVersion, second: PluginVersion) -> Bool {
        order(first, second) == 0
    }

    /// What is equal hashes alike.
    package func hash(into hasher: inout Hasher) {
        let last = segments.lastIndex { $0 != 0 } ?? -1
        hasher.combine(segments[...last])
        hasher.combine(preRelease)
    }

    private static func order(_ first: PluginVersion, _ second: PluginVersion) -> Int {
        for index in 0..<max(first.segments.count, second.segments.count) {
            let one = index < first.segments.count ? first.segments[index] : 0
            let other = index < second.segments.count ? second.segments[index] : 0
            if one != other { return one < other ? -1 : 1 }
        }
        switch (first.preRelease, second.preRelease) {
        case (nil, nil): return 0
        case (nil, _): return 1
        case (_, nil): return -1
        case (let one?, let other?): return order(labels: one, other)
        }
    }

    /// Semantic versioning's order of pre-releases: numbers as such and before words.
    private static func order(labels first: String, _ second: String) -> Int {
        let parts = (first.split(separator: "."), second.split(separator: "."))
        for (one, other) in zip(parts.0, parts.1) where one != other {
            switch (Int(one), Int(other)) {
            case (let one?, let other?): return one < other ? -1 : one > other ? 1 : 0
            case (_?, nil): return -1
            case (nil, _?): return 1
            case (nil, nil): return one < other ? -1 : 1
            }
        }
        return parts.0.count - parts.1.count
    }

    private static func takeNumbers(_ rest: inout ArraySlice<UInt8>) -> [Int]? {
        var numbers: [Int] = []
        while true {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            guard let number = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
            numbers.append(number)
            rest = rest[digits.endIndex...]
            guard rest.first == UInt8(ascii: "."), let next = rest.dropFirst().first,
                (0x30...0x39).contains(next)
            else { return numbers }
            rest.removeFirst()
        }
    }

    /// Whether a text is words of letters, digits, dashes and tildes with dots between them.
    private static func isDotted(_ text: String) -> Bool {
        text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty
                && $0.allSatisfy { byte in
                    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                        || (0x61...0x7A).contains(byte) || byte == 0x2D || byte == 0x7E
                }
        }
    }
}
