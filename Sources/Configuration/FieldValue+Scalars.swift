extension String: FieldValue {
    /// The kind in specs and documentation.
    public static var fieldType: FieldType { .string }

    /// The value as a template would write it.
    public var fieldText: String { goQuoted }

    /// Text, a number in decimal, or a truth value as "1" or "0", which is what mapstructure makes
    /// of it.
    public static func parse(
        _ raw: ConfigurationValue,
        rendering: FieldRendering
    ) throws -> String {
        switch raw {
        case .string(let text): try rendering(text)
        case .integer(let number): String(number)
        case .number(let number): decimalText(number)
        case .bool(let truth): truth ? "1" : "0"
        case .null, .list, .map: throw raw.mismatch(expected: "text")
        }
    }
}

extension Bool: FieldValue {
    /// The kind in specs and documentation.
    public static var fieldType: FieldType { .bool }

    /// The value as a template would write it.
    public var fieldText: String { description }

    /// A truth value, a number (0 is false), or one of the words of Go's `strconv.ParseBool`; the
    /// empty string is false.
    public static func parse(
        _ raw: ConfigurationValue,
        rendering: FieldRendering
    ) throws -> Bool {
        switch raw {
        case .bool(let truth): return truth
        case .integer(let number): return number != 0
        case .number(let number): return number != 0
        case .string(let text):
            let text = try rendering(text)
            switch text {
            case "1", "t", "T", "true", "TRUE", "True": return true
            case "", "0", "f", "F", "false", "FALSE", "False": return false
            default:
                throw ConfigurationValue.string(text).mismatch(expected: "true or false")
            }
        case .null, .list, .map: throw raw.mismatch(expected: "true or false")
        }
    }
}

extension Double: FieldValue {
    /// The kind in specs and documentation.
    public static var fieldType: FieldType { .number }

    /// The value as a template would write it.
    public var fieldText: String { decimalText(self) }

    /// A number, a number written as text, or a truth value as 1 or 0; the empty string is 0.
    public static func parse(
        _ raw: ConfigurationValue,
        rendering: FieldRendering
    ) throws -> Double {
        switch raw {
        case .integer(let number): return Double(number)
        case .number(let number): return number
        case .bool(let truth): return truth ? 1 : 0
        case .string(let text):
            let text = try rendering(text)
            guard let number = text.isEmpty ? 0 : Double(text), number.isFinite else {
                throw ConfigurationValue.string(text).mismatch(expected: "a number")
            }
            return number
        case .null, .list, .map: throw raw.mismatch(expected: "a number")
        }
    }
}

extension Duration: FieldValue {
    /// The kind in specs and documentation.
    public static var fieldType: FieldType { .duration }

    /// The value as a template would write it.
    public var fieldText: String { goText.goQuoted }

    /// Text in Go's notation, or a number of nanoseconds.
    public static func parse(
        _ raw: ConfigurationValue,
        rendering: FieldRendering
    ) throws -> Duration {
        switch raw {
        case .string(let text):
            do {
                return try Duration(goText: rendering(text))
            } catch let error as GoDurationError {
                throw ConfigurationErrors(error.message, remedy: error.remedy)
            }
        case .integer(let number): return .nanoseconds(number)
        case .number(let number):
            guard let whole = Int64(exactly: number.rounded(.towardZero)) else {
                throw raw.mismatch(expected: durationWords)
            }
            return .nanoseconds(whole)
        case .null, .bool, .list, .map: throw raw.mismatch(expected: durationWords)
        }
    }
}

private let durationWords = "a duration such as \"1h30m\" or \"10s\""

/// A number as Go's `strconv.FormatFloat(v, 'f', -1, 64)` writes it: shortest, no exponent.
package func decimalText(_ number: Double) -> String {
    let text = number.description
    guard let mark = text.firstIndex(of: "e"), let exponent = Int(text[text.index(after: mark)...])
    else { return text.hasSuffix(".0") ? String(text.dropLast(2)) : text }
    let sign = number < 0 ? "-" : ""
    let parts = text[..<mark].drop { $0 == "-" }.split(separator: ".")
    let whole = parts.first.map(String.init) ?? "0"
    let fraction = parts.count > 1 && parts[1] != "0" ? String(parts[1]) : ""
    if exponent < 0 {
        return sign + "0." + String(repeating: "0", count: -exponent - whole.count) + whole
            + fraction
    }
    return sign + whole + fraction
        + String(repeating: "0", count: max(0, exponent - fraction.count))
}
