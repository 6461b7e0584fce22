/// A JSON document as it stands: numbers as their texts, members in their order.
package indirect enum JSONValue: Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number in JSON's grammar.
    case number(String)
    /// A text.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object; no two of its members have the same name.
    case object([Member])

    /// One member of an object.
    package struct Member: Sendable {
        /// Its name.
        package let name: String
        /// Its value.
        package let value: JSONValue
    }

    /// What it is, for messages.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a truth value"
        case .number: "a number"
        case .string: "text"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

/// Appends JSON as Go's `encoding/json` writes it.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []

    mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func raw(_ json: [UInt8]) { bytes.append(contentsOf: json) }

    /// Text in quotes, with the escapes that Go uses so that it may stand in HTML.
    mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": raw("\\\"")
            case "\\": raw("\\\\")
            case "\n": raw("\\n")
            case "\r": raw("\\r")
            case "\t": raw("\\t")
            case "<", ">", "&", "\u{2028}", "\u{2029}": escape(scalar)
            case _ where scalar.value < 0x20: escape(scalar)
            default: bytes.append(contentsOf: Unicode.UTF8.encode(scalar).map { Array($0) } ?? [])
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ scalar: Unicode.Scalar) {
        let digits = String(scalar.value, radix: 16)
        raw("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
    }

    /// Values between brackets, with commas.
    mutating func list<Element>(
        _ elements: [Element],
        in brackets: (open: String, close: String),
        _ write: (Element, inout JSONWriter) throws(HCLSpecificationError) -> Void
    ) throws(HCLSpecificationError) {
        raw(brackets.open)
        var isFirst = true
        for element in elements {
            if !isFirst { raw(",") }
            try write(element, &self)
            isFirst = false
        }
        raw(brackets.close)
    }
}
