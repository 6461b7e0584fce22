/// What the first bytes of a value say: its kind, and how much belongs to it.
///
/// The one place that knows the forms of the specification; reading, skipping and finding a value's
/// end are built on it.
struct MessagePackHead {
    enum Kind {
        case `nil`
        case bool(Bool)
        case int(Int64)
        case uint(UInt64)
        case float(Float)
        case double(Double)
        case string
        case binary
        case ext(Int8)
        case array
        case map
    }

    var kind: Kind
    /// How many bytes the head takes; a number is all head.
    var size = 1
    /// How many bytes follow: of a string, binary or extension; 0 for all else.
    var payload = 0
    /// How many values follow: an array's elements, or a map's keys and values.
    var children = 0

    /// The head at a position; `nil` when the bytes end before it does.
    static func read(
        _ bytes: [UInt8],
        at position: Int
    ) throws(MessagePackError) -> MessagePackHead? {
        guard position < bytes.count else { return nil }
        let first = bytes[position]
        switch first {
        case MessagePackFormat.positiveFixInt: return MessagePackHead(kind: .int(Int64(first)))
        case MessagePackFormat.negativeFixInt:
            return MessagePackHead(kind: .int(Int64(Int8(bitPattern: first))))
        case MessagePackFormat.fixStr:
            return MessagePackHead(kind: .string, payload: Int(first & 0x1f))
        case MessagePackFormat.fixArray:
            return MessagePackHead(kind: .array, children: Int(first & 0x0f))
        case MessagePackFormat.fixMap:
            return MessagePackHead(kind: .map, children: Int(first & 0x0f) * 2)
        case MessagePackFormat.nil: return MessagePackHead(kind: .nil)
        case MessagePackFormat.false: return MessagePackHead(kind: .bool(false))
        case MessagePackFormat.true: return MessagePackHead(kind: .bool(true))
        case MessagePackFormat.neverUsed:
            throw MessagePackError(
                .reservedByte,
                "found the byte c1, which begins no value",
                offset: position
            )
        default: return wide(first, bytes, at: position)
        }
    }

    /// The heads whose number stands in 1 to 8 bytes of its own.
    private static func wide(_ first: UInt8, _ bytes: [UInt8], at position: Int) -> Self? {
        let width = width(of: first)
        guard bytes.count - position > width else { return nil }
        var number: UInt64 = 0
        for byte in bytes[(position + 1)..<(position + 1 + width)] {
            number = number << 8 | UInt64(byte)
        }
        var head = MessagePackHead(kind: .nil, size: 1 + width)
        switch first {
        case MessagePackFormat.float32:
            head.kind = .float(Float(bitPattern: UInt32(truncatingIfNeeded: number)))
        case MessagePackFormat.float64: head.kind = .double(Double(bitPattern: number))
        case MessagePackFormat.uint8...MessagePackFormat.uint64: head.kind = .uint(number)
        case MessagePackFormat.int8...MessagePackFormat.int64:
            let unused = UInt64(64 - 8 * width)
            head.kind = .int(Int64(bitPattern: number << unused) >> Int64(unused))
        case MessagePackFormat.bin8...MessagePackFormat.bin32:
            head.kind = .binary
            head.payload = Int(number)
        case MessagePackFormat.str8...MessagePackFormat.str32:
            head.kind = .string
            head.payload = Int(number)
        case MessagePackFormat.array16, MessagePackFormat.array32:
            head.kind = .array
            head.children = Int(number)
        case MessagePackFormat.map16, MessagePackFormat.map32:
            head.kind = .map
            head.children = Int(number) * 2
        default: return ext(first, number, bytes, at: position, width: width)
        }
        return head
    }

    /// An extension's head ends with its type, after the length where that is not in the form.
    private static func ext(
        _ first: UInt8,
        _ number: UInt64,
        _ bytes: [UInt8],
        at position: Int,
        width: Int
    ) -> Self? {
        let isFixed = first >= MessagePackFormat.fixExt1
        let typeAt = position + 1 + (isFixed ? 0 : width)
        guard typeAt < bytes.count else { return nil }
        return MessagePackHead(
            kind: .ext(Int8(bitPattern: bytes[typeAt])),
            size: typeAt + 1 - position,
            payload: isFixed ? 1 << Int(first - MessagePackFormat.fixExt1) : Int(number)
        )
    }

    /// How many bytes of number follow the first byte.
    private static func width(of first: UInt8) -> Int {
        switch first {
        case MessagePackFormat.bin8, MessagePackFormat.str8, MessagePackFormat.ext8,
            MessagePackFormat.uint8, MessagePackFormat.int8:
            1
        case MessagePackFormat.bin16, MessagePackFormat.str16, MessagePackFormat.ext16,
            MessagePackFormat.uint16, MessagePackFormat.int16,
            MessagePackFormat.array16, MessagePackFormat.map16:
            2
        case MessagePackFormat.uint64, MessagePackFormat.int64, MessagePackFormat.float64: 8
        case MessagePackFormat.fixExt1...MessagePackFormat.fixExt16: 0
        default: 4
        }
    }
}
