/// Collects the text of a value, up to a length that can be read.
struct TracedText: Sendable {
    /// How long a value's text may become; the rest is not shown.
    static let maximumSize = 8192
    /// How much of one text is shown.
    static let maximumTextSize = 1024

    /// What was written.
    private(set) var text = ""
    private var size = 0
    /// Whether there was more.
    private(set) var isCut = false

    /// Appends what stands for itself.
    mutating func write(_ word: String) {
        guard !isCut else { return }
        size += word.utf8.count
        guard size <= Self.maximumSize else {
            isCut = true
            text += " ..."
            return
        }
        text += word
    }

    /// Appends text in quotes, or its beginning.
    ///
    /// - Parameters:
    ///   - words: What to show of the text.
    ///   - size: How many bytes the whole text has, where this is not the whole.
    mutating func quote(_ words: String, of size: Int = 0) {
        let shown = String(decoding: words.utf8.prefix(Self.maximumTextSize), as: UTF8.self)
        let isWhole = size <= Self.maximumTextSize && words.utf8.count <= Self.maximumTextSize
        let more = isWhole ? "" : "... of \(max(size, words.utf8.count)) bytes"
        write("\"\(Self.escaped(shown, also: "\"\\"))\"\(more)")
    }

    /// Text as one word, which no blank or control character parts.
    static func word(_ text: String) -> String {
        let shown = String(decoding: text.utf8.prefix(256), as: UTF8.self)
        return escaped(shown, also: " ")
    }

    /// Text whose control characters are shown by their numbers, and so are others that are named.
    private static func escaped(_ text: String, also others: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n" where others.contains("\\"): escaped += "\\n"
            case "\"" where others.contains("\""): escaped += "\\\""
            case "\\": escaped += "\\\\"
            default:
                if isHarmless(scalar), !others.unicodeScalars.contains(scalar) {
                    escaped.unicodeScalars.append(scalar)
                } else {
                    escaped += "\\u{\(String(scalar.value, radix: 16))}"
                }
            }
        }
        return escaped
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate,
            .unassigned:
            false
        default: true
        }
    }
}
