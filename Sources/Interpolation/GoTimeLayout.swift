/// Go's way to say how a time is to be written: by the example of Mon Jan 2 15:04:05 MST 2006.
///
/// The pieces and their order of precedence are those of Go's package `time` (`nextStdChunk`).
struct GoTimeLayout {
    /// The layout of `{{isotime}}` without an argument.
    static let rfc3339 = GoTimeLayout("2006-01-02T15:04:05Z07:00")

    private let layout: String

    init(_ layout: String) {
        self.layout = layout
    }

    func format(_ time: UTCTime) -> String {
        let civil = CivilTime(time)
        var text = ""
        var rest = layout[...]
        while !rest.isEmpty {
            if let (length, piece) = Self.piece(rest, civil) {
                text += piece
                rest = rest.dropFirst(length)
            } else {
                text.append(rest.removeFirst())
            }
        }
        return text
    }

    /// The piece that starts here, as its length in the layout and its text, if one does.
    private static func piece(_ rest: Substring, _ time: CivilTime) -> (Int, String)? {
        switch rest.first {
        case "J", "M", "P", "p": name(rest, time)
        case "-", "Z": zone(rest)
        case ".", ",": fraction(rest, time)
        default: number(rest, time)
        }
    }

    private static func name(_ rest: Substring, _ time: CivilTime) -> (Int, String)? {
        if rest.hasPrefix("January") { return (7, time.monthName) }
        if rest.hasPrefix("Jan"), !startsSmall(rest.dropFirst(3)) {
            return (3, String(time.monthName.prefix(3)))
        }
        if rest.hasPrefix("Monday") { return (6, time.weekdayName) }
        if rest.hasPrefix("Mon"), !startsSmall(rest.dropFirst(3)) {
            return (3, String(time.weekdayName.prefix(3)))
        }
        if rest.hasPrefix("MST") { return (3, "UTC") }
        if rest.hasPrefix("PM") { return (2, time.hour < 12 ? "AM" : "PM") }
        if rest.hasPrefix("pm") { return (2, time.hour < 12 ? "am" : "pm") }
        return nil
    }

    private static func startsSmall(_ rest: Substring) -> Bool {
        rest.first.map { ("a"..."z").contains($0) } ?? false
    }

    /// Offsets: always those of UTC.
    private static func zone(_ rest: Substring) -> (Int, String)? {
        let forms: [(String, String)] = [
            ("-070000", "+000000"), ("-07:00:00", "+00:00:00"), ("-0700", "+0000"),
            ("-07:00", "+00:00"), ("-07", "+00"), ("Z070000", "Z"), ("Z07:00:00", "Z"),
            ("Z0700", "Z"), ("Z07:00", "Z"), ("Z07", "Z"),
        ]
        return forms.first { rest.hasPrefix($0.0) }.map { ($0.0.count, $0.1) }
    }

    /// `.000` has all its digits, `.999` loses zeros at its end; no other digit may follow.
    private static func fraction(_ rest: Substring, _ time: CivilTime) -> (Int, String)? {
        guard let mark = rest.first, let kind = rest.dropFirst().first, kind == "0" || kind == "9"
        else { return nil }
        let count = rest.dropFirst().prefix { $0 == kind }.count
        if let next = rest.dropFirst(1 + count).first, ("0"..."9").contains(next) { return nil }
        var digits = padded(time.nanosecond, 9)
        digits =
            count > 9
            ? digits + String(repeating: "0", count: count - 9) : String(digits.prefix(count))
        if kind == "9" {
            while digits.last == "0" { digits.removeLast() }
        }
        return (1 + count, digits.isEmpty ? "" : "\(mark)\(digits)")
    }

    private static func number(_ rest: Substring, _ time: CivilTime) -> (Int, String)? {
        let underscoredYear: (Int, String) = (5, "_" + padded(time.year, 4))
        let forms: [(String, (Int, String))] = [
            ("002", (3, padded(time.yearDay, 3))),
            ("01", (2, padded(time.month, 2))),
            ("02", (2, padded(time.day, 2))),
            ("03", (2, padded(time.hour12, 2))),
            ("04", (2, padded(time.minute, 2))),
            ("05", (2, padded(time.second, 2))),
            ("06", (2, padded(time.year % 100, 2))),
            ("15", (2, padded(time.hour, 2))),
            ("1", (1, String(time.month))),
            ("2006", (4, padded(time.year, 4))),
            ("2", (1, String(time.day))),
            ("_2006", underscoredYear),
            ("_2", (2, padded(time.day, 2, with: " "))),
            ("__2", (3, padded(time.yearDay, 3, with: " "))),
            ("3", (1, String(time.hour12))),
            ("4", (1, String(time.minute))),
            ("5", (1, String(time.second))),
        ]
        return forms.first { rest.hasPrefix($0.0) }?.1
    }
}
