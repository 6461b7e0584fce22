extension JSONCursor {
    /// A text with its escapes resolved.
    mutating func string() throws -> String {
        let start = offset
        skip(1)
        var text: [UInt8] = []
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                skip(1)
                guard let text = String(validating: text, as: UTF8.self) else {
                    throw JSONSyntaxError(
                        "a text that is not UTF-8",
                        "save the file as UTF-8",
                        start
                    )
                }
                return text
            case UInt8(ascii: "\\"): text += try escape()
            case 0x0A, 0x0D:
                throw JSONSyntaxError(
                    "a line break in a text, or a text that is not closed",
                    "close it with \", or write \\n for a line break",
                    start
                )
            case 0..<0x20:
                throw JSONSyntaxError(
                    "a control character in a text",
                    byte == 0x09 ? "write \\t for a tab" : "remove it",
                    offset
                )
            default:
                text.append(byte)
                skip(1)
            }
        }
        throw JSONSyntaxError("a text that is not closed", "close it with \"", start)
    }

    private mutating func escape() throws -> [UInt8] {
        let start = offset
        skip(1)
        let code = peek
        skip(1)
        switch code {
        case UInt8(ascii: "\"")?: return [0x22]
        case UInt8(ascii: "\\")?: return [0x5C]
        case UInt8(ascii: "/")?: return [0x2F]
        case UInt8(ascii: "b")?: return [0x08]
        case UInt8(ascii: "f")?: return [0x0C]
        case UInt8(ascii: "n")?: return [0x0A]
        case UInt8(ascii: "r")?: return [0x0D]
        case UInt8(ascii: "t")?: return [0x09]
        case UInt8(ascii: "u")?: return Array(try unicodeEscape(start).utf8)
        default:
            throw JSONSyntaxError(
                "an unknown escape in a text",
                "write \\\\ for a backslash",
                start
            )
        }
    }

    /// `\uXXXX`, two of them where they are the halves of one character.
    private mutating func unicodeEscape(_ start: Int) throws -> String {
        let first = try codeUnit(start)
        guard first != 0 else {
            throw JSONSyntaxError(
                "a NUL character in a text",
                "remove it: no option can hold one",
                start
            )
        }
        guard UTF16.isSurrogate(first) else { return String(decoding: [first], as: UTF16.self) }
        guard UTF16.isLeadSurrogate(first), sees("\\u") else { throw Self.lonely(start) }
        skip(2)
        let second = try codeUnit(start)
        guard UTF16.isTrailSurrogate(second) else { throw Self.lonely(start) }
        return String(decoding: [first, second], as: UTF16.self)
    }

    private mutating func codeUnit(_ start: Int) throws -> UInt16 {
        let digits = bytes[offset...].prefix(4)
        skip(4)
        guard
            digits.count == 4,
            digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else {
            throw JSONSyntaxError(
                "\\u without four hexadecimal digits",
                "write it like \\u00e9",
                start
            )
        }
        return unit
    }

    private static func lonely(_ start: Int) -> JSONSyntaxError {
        JSONSyntaxError(
            "half of a surrogate pair",
            "write both halves, or the character itself",
            start
        )
    }
}
