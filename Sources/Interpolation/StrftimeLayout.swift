/// C's way to say how a time is to be written, as far as Packer's `strftime` goes, and the few
/// letters more that people expect; always in English and in UTC.
struct StrftimeLayout {
    private let layout: String

    init(_ layout: String) {
        self.layout = layout
    }

    /// The time in this layout.
    ///
    /// - Throws: `InterpolationError` for a letter that is not known; Packer prints it as it is.
    func format(_ time: UTCTime) throws -> String {
        let civil = CivilTime(time)
        var text = ""
        var rest = layout[...]
        while let letter = rest.popFirst() {
            guard letter == "%" else {
                text.append(letter)
                continue
            }
            guard let code = rest.popFirst() else {
                throw InterpolationError(
                    "the layout ends with %",
                    remedy: "write %% for a percent sign"
                )
            }
            guard let piece = Self.piece(code, civil) else {
                throw InterpolationError(
                    "strftime does not know %\(code)",
                    remedy: "it knows %A %a %B %b %d %e %F %H %I %j %M %m %p %S %T %Y %y %Z %z %%"
                )
            }
            text += piece
        }
        return text
    }

    private static func piece(_ code: Character, _ time: CivilTime) -> String? {
        switch code {
        case "A": time.weekdayName
        case "a": String(time.weekdayName.prefix(3))
        case "B": time.monthName
        case "b": String(time.monthName.prefix(3))
        case "d": padded(time.day, 2)
        case "e": padded(time.day, 2, with: " ")
        case "F": "\(padded(time.year, 4))-\(padded(time.month, 2))-\(padded(time.day, 2))"
        case "H": padded(time.hour, 2)
        case "I": padded(time.hour12, 2)
        case "j": padded(time.yearDay, 3)
        case "M": padded(time.minute, 2)
        case "m": padded(time.month, 2)
        case "p": time.hour < 12 ? "AM" : "PM"
        case "S": padded(time.second, 2)
        case "T": "\(padded(time.hour, 2)):\(padded(time.minute, 2)):\(padded(time.second, 2))"
        case "Y": padded(time.year, 4)
        case "y": padded(time.year % 100, 2)
        case "Z": "UTC"
        case "z": "+0000"
        case "%": "%"
        default: nil
        }
    }
}
