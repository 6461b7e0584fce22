/// Any MessagePack value: what Go decodes into an `interface{}`.
///
/// Use it where the shape is not known beforehand, as for a configuration; where it is, decode into
/// a type of your own with ``MessagePackDecoder``.
///
/// **What is kept.** All that can be told apart in messages that Go writes: whether an integer came
/// in a signed or an unsigned form, the order of a map's entries and those that occur twice, text
/// that is not UTF-8. Decoding and encoding again gives the same bytes, unless the peer used a
/// longer form of a number, length or time than it needed.
///
/// **Equality** is of the form too: `.int(200)` and `.uint(200)` differ, as their bytes do. Ask
/// ``integer(as:)`` for the number whatever its form.
package enum MessagePackValue: Sendable, Hashable {
    /// Nothing: Go's nil pointer, slice, map or interface, and its zero time.
    case `nil`
    /// A truth value.
    case bool(Bool)
    /// An integer in a signed form, or one of the 160 numbers that take one byte.
    case int(Int64)
    /// An integer in an unsigned form; 128 or more in anything that was decoded from Go.
    case uint(UInt64)
    /// A 32-bit floating-point number.
    case float(Float)
    /// A 64-bit floating-point number.
    case double(Double)
    /// Text.
    case string(String)
    /// A string whose bytes are not UTF-8, which Go's strings need not be.
    case invalidString([UInt8])
    /// Bytes: Go's `[]byte`.
    case binary([UInt8])
    /// Values in order.
    case array([MessagePackValue])
    /// A map's entries in the order of their bytes.
    case map([Entry])
    /// A point in time: an extension of type -1 that holds one.
    case timestamp(MessagePackTimestamp)
    /// An extension of an application's own type.
    case ext(type: Int8, data: [UInt8])

    /// One key of a map, with its value.
    package struct Entry: Sendable, Hashable {
        /// The key; Go's structs have strings, other maps may have anything.
        package var key: MessagePackValue
        /// The value.
        package var value: MessagePackValue

        /// A key with its value.
        package init(key: MessagePackValue, value: MessagePackValue) {
            self.key = key
            self.value = value
        }
    }

    /// The one value that the bytes hold.
    ///
    /// - Throws: ``MessagePackError`` for anything else, bytes after the value among it.
    package init(
        decoding bytes: [UInt8],
        limits: MessagePackLimits = .standard
    ) throws(MessagePackError) {
        var reader = MessagePackReader(bytes, limits: limits)
        self = try reader.readValue()
        try reader.expectEnd()
    }

    /// The value's bytes, in the shortest forms, without a look at any limit: ``MessagePackEncoder``
    /// refuses what a reader would refuse.
    package var encoded: [UInt8] {
        var writer = MessagePackWriter()
        writer.write(self)
        return writer.bytes
    }
}

extension MessagePackValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Nothing.
    package init(nilLiteral: ()) { self = .nil }
    /// A truth value.
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    /// An integer in its signed form, as Go writes an `int`.
    package init(integerLiteral value: Int64) { self = .int(value) }
    /// A 64-bit floating-point number.
    package init(floatLiteral value: Double) { self = .double(value) }
    /// Text.
    package init(stringLiteral value: String) { self = .string(value) }
    /// Values in order.
    package init(arrayLiteral elements: MessagePackValue...) { self = .array(elements) }
    /// A map with its entries in this order.
    package init(dictionaryLiteral elements: (MessagePackValue, MessagePackValue)...) {
        self = .map(elements.map { Entry(key: $0.0, value: $0.1) })
    }
}
