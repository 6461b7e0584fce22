extension ConfigurationValue {
    /// What kind of value it is, for error texts.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a truth value"
        case .integer, .number: "a number"
        case .string: "text"
        case .list: "a list"
        case .map: "a map"
        }
    }

    /// The error for a value of the wrong kind; shows the value when it is short enough.
    package func mismatch(expected: String) -> ConfigurationErrors {
        let found =
            switch self {
            case .null, .list, .map: kind
            case .bool(let truth): String(truth)
            case .integer(let number): String(number)
            case .number(let number): decimalText(number)
            case .string(let text):
                text.count > 40 ? "a text of \(text.count) characters" : text.goQuoted
            }
        return ConfigurationErrors("expected \(expected), got \(found)")
    }
}

extension String {
    /// The text as Go's `%q` writes it.
    package var goQuoted: String {
        var text = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{7}": text += "\\a"
            case "\u{8}": text += "\\b"
            case "\u{C}": text += "\\f"
            case "\u{B}": text += "\\v"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                text += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            case _ where scalar.properties.generalCategory.isInvisible:
                let digits = String(scalar.value, radix: 16)
                let width = scalar.value > 0xFFFF ? 8 : 4
                text +=
                    (width == 8 ? "\\U" : "\\u")
                    + String(repeating: "0", count: width - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}

extension Unicode.GeneralCategory {
    /// Whether a terminal shows nothing of it, or something other than what stands there.
    fileprivate var isInvisible: Bool {
        switch self {
        case .control, .format, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
            true
        default: false
        }
    }
}
