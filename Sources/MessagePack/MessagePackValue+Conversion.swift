/// What a value means as another type, with the tolerance of Go's decoder.
extension MessagePackValue {
    /// Whether it is nil.
    package var isNil: Bool { if case .nil = self { true } else { false } }

    /// The truth value; a number 0 or 1 in one byte is one for Go too.
    package var bool: Bool? {
        switch self {
        case .bool(let value): value
        case .int(0): false
        case .int(1): true
        default: nil
        }
    }

    /// The number as an integer type, whatever its form.
    ///
    /// A floating-point number without a fraction counts: values that passed through JSON are of
    /// that kind.
    ///
    /// - Returns: `nil` for a number that the type cannot hold, and for what is no number.
    package func integer<Integer: FixedWidthInteger>(as type: Integer.Type = Integer.self)
        -> Integer?
    {
        switch self {
        case .int(let value): Integer(exactly: value)
        case .uint(let value): Integer(exactly: value)
        case .float(let value): Integer(exactly: value)
        case .double(let value): Integer(exactly: value)
        default: nil
        }
    }

    /// The number, rounded where a `Double` cannot hold it.
    package var double: Double? {
        switch self {
        case .int(let value): Double(value)
        case .uint(let value): Double(value)
        case .float(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    /// The text of a string or of bytes; what is not UTF-8 becomes U+FFFD.
    package var string: String? {
        switch self {
        case .string(let text): text
        case .invalidString(let bytes), .binary(let bytes): String(decoding: bytes, as: UTF8.self)
        default: nil
        }
    }

    /// The bytes of bytes, of a string, or of an array of numbers below 256.
    package var bytes: [UInt8]? {
        switch self {
        case .binary(let bytes), .invalidString(let bytes): return bytes
        case .string(let text): return Array(text.utf8)
        case .array(let elements):
            var bytes: [UInt8] = []
            for element in elements {
                guard let byte = element.integer(as: UInt8.self) else { return nil }
                bytes.append(byte)
            }
            return bytes
        default: return nil
        }
    }

    /// The elements of an array.
    package var array: [MessagePackValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The entries of a map, in order.
    package var entries: [Entry]? {
        guard case .map(let entries) = self else { return nil }
        return entries
    }

    /// The point in time, in any form that a Go codec has written one: the extension, its bytes in
    /// a plain string, or `time.MarshalBinary`.
    package var time: MessagePackTimestamp? {
        if case .timestamp(let time) = self { return time }
        switch self {
        case .binary, .string, .invalidString:
            guard let bytes else { return nil }
            return MessagePackTimestamp(payload: bytes) ?? MessagePackTimestamp(goBinary: bytes)
        default: return nil
        }
    }

    /// The value of a map's key; of one that occurs twice, the last, which wins in Go too.
    package subscript(key: String) -> MessagePackValue? {
        guard case .map(let entries) = self else { return nil }
        return entries.last { $0.key.string?.hasBytes(of: key) ?? false }?.value
    }

    /// What it is, for messages; never the contents of a string.
    var summary: String {
        switch self {
        case .nil: "nil"
        case .bool(let value): "\(value)"
        case .int(let value): "the number \(value)"
        case .uint(let value): "the number \(value)"
        case .float(let value): "the number \(value)"
        case .double(let value): "the number \(value)"
        case .string(let text): "a string of \(text.utf8.count) bytes"
        case .invalidString(let bytes): "a string of \(bytes.count) bytes"
        case .binary(let bytes): "\(bytes.count) bytes of binary"
        case .array(let elements): "an array of \(elements.count)"
        case .map(let entries): "a map of \(entries.count)"
        case .timestamp: "a time"
        case .ext(let type, let data): "\(data.count) bytes of the extension type \(type)"
        }
    }
}
