/// The variables that a shell's command sets before what it runs: `A='b c' ./script`.
///
/// Found by their form alone, wherever a word may begin: rather too many than one too few.
struct CommandAssignments {
    /// One of them.
    struct Assignment: Sendable {
        /// The variable's name.
        let name: String
        /// The value, without its quotes: as a shell reads it, and as it is if the whole stands in
        /// quotes itself.
        let values: [String]
        /// Where the value stands in the text, with its quotes.
        fileprivate let range: Range<Int>
    }

    private let bytes: [UInt8]
    /// What was found, in order.
    private(set) var found: [Assignment] = []

    /// The assignments in a command's text.
    init(in text: String) {
        bytes = Array(text.utf8)
        var place = 0
        var mayBegin = true
        while place < bytes.count {
            if mayBegin, let name = name(at: place) {
                let value = value(at: name.upperBound + 1)
                found.append(
                    Assignment(
                        name: String(decoding: bytes[name], as: UTF8.self),
                        values: value.texts,
                        range: value.range
                    )
                )
                place = max(value.range.upperBound, place + 1)
                mayBegin = false
            } else {
                mayBegin = Self.endsWord(bytes[place]) || Self.isQuote(bytes[place])
                place += 1
            }
        }
    }

    /// The text with something else in place of each value.
    func hidden(_ replacement: (String) -> String) -> String {
        var result: [UInt8] = []
        var copied = 0
        for assignment in found {
            result += bytes[copied..<assignment.range.lowerBound]
            result += Array(replacement(assignment.values[0]).utf8)
            copied = assignment.range.upperBound
        }
        return String(decoding: result + bytes[copied...], as: UTF8.self)
    }

    /// `NAME=value` in its two parts; what has no such form is a value.
    static func split(_ text: String) -> (name: String?, value: String) {
        let bytes = Array(text.utf8)
        guard let sign = bytes.firstIndex(of: UInt8(ascii: "=")), sign > 0 else {
            return (nil, text)
        }
        let value = String(decoding: bytes[(sign + 1)...], as: UTF8.self)
        return (String(decoding: bytes[..<sign], as: UTF8.self), value)
    }

    private func name(at start: Int) -> Range<Int>? {
        var end = start
        while end < bytes.count, Self.isOfName(bytes[end], isFirst: end == start) { end += 1 }
        guard end > start, end < bytes.count, bytes[end] == UInt8(ascii: "=") else { return nil }
        return start..<end
    }

    /// A shell's word from `start` on: quotes keep blanks in it, and an open one all that follows.
    private func value(at start: Int) -> (texts: [String], range: Range<Int>) {
        var read: [UInt8] = []
        var quote: UInt8?
        var place = start
        while place < bytes.count {
            let byte = bytes[place]
            if byte == quote {
                quote = nil
            } else if quote == nil, Self.isQuote(byte) {
                quote = byte
            } else if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "'"),
                place + 1 < bytes.count
            {
                place += 1
                read.append(bytes[place])
            } else if quote == nil, Self.endsWord(byte) {
                break
            } else {
                read.append(byte)
            }
            place += 1
        }
        place = min(place, bytes.count)
        let text = String(decoding: read, as: UTF8.self)
        // The quote may be the end of one that began before the name.
        let bare = bytes[start..<place].filter { !Self.isQuote($0) }
        let other = String(decoding: bare, as: UTF8.self)
        return (text == other ? [text] : [text, other], start..<place)
    }

    private static func isQuote(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"")
    }

    private static func endsWord(_ byte: UInt8) -> Bool { " \t\n;&|()<>`".utf8.contains(byte) }

    private static func isOfName(_ byte: UInt8, isFirst: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "_"):
            true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): !isFirst
        default: false
        }
    }
}
