import MessagePack

extension MessagePackValue {
    /// The value as the recorded listings show it: Python's `repr`, and the form of wide integers.
    var pythonText: String {
        switch self {
        case .nil: "None"
        case .bool(let value): value ? "True" : "False"
        case .int(let value): Self.integerText(value)
        case .uint(let value):
            switch value {
            case ..<128: "\(value)"
            case ..<256: "u8:\(value)"
            case ..<65_536: "u16:\(value)"
            case ..<4_294_967_296: "u32:\(value)"
            default: "u64:\(value)"
            }
        case .float(let value): "\(value)"
        case .double(let value): "\(value)"
        case .string(let text): Self.quoted(text.unicodeScalars.map { Self.escaped($0) }, text)
        case .invalidString(let bytes): "('rawstr', \(Self.byteText(bytes)))"
        case .binary(let bytes): Self.byteText(bytes)
        case .array(let elements): "[\(elements.map(\.pythonText).joined(separator: ", "))]"
        case .map(let entries):
            "{"
                + entries.map { "\($0.key.pythonText): \($0.value.pythonText)" }
                .joined(separator: ", ") + "}"
        case .timestamp(let time): "('ext', 255, '\(hexadecimal(time.payload))')"
        case .ext(let type, let data):
            "('ext', \(UInt8(bitPattern: type)), '\(hexadecimal(data))')"
        }
    }

    private static func integerText(_ value: Int64) -> String {
        if (-32..<128).contains(value) { return "\(value)" }
        if Int8(exactly: value) != nil { return "i8:\(value)" }
        if Int16(exactly: value) != nil { return "i16:\(value)" }
        return Int32(exactly: value) == nil ? "i64:\(value)" : "i32:\(value)"
    }

    private static func byteText(_ bytes: [UInt8]) -> String {
        let pieces = bytes.map { byte in
            byte < 0x80
                ? escaped(Unicode.Scalar(byte)) : "\\x\(hexadecimal([byte]))"
        }
        return "b" + quoted(pieces, String(decoding: bytes, as: UTF8.self))
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        case "\\": "\\\\"
        case "\0"..<" ", "\u{7f}": "\\x\(hexadecimal([UInt8(scalar.value)]))"
        default: String(scalar)
        }
    }

    /// Python prefers apostrophes, unless the text has some and no quotation marks.
    private static func quoted(_ pieces: [String], _ text: String) -> String {
        if text.contains("'"), !text.contains("\"") { return "\"\(pieces.joined())\"" }
        return "'\(pieces.joined().replacing("'", with: "\\'"))'"
    }
}
