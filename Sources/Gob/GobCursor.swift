/// Reads gob's primitive values from one message and never beyond it.
struct GobCursor: Sendable {
    private let bytes: [UInt8]
    private var position = 0

    /// Where in the stream the message begins.
    private let start: Int

    /// A cursor at the beginning of a message.
    init(_ message: [UInt8], at start: Int) {
        bytes = message
        self.start = start
    }

    /// How many bytes of the message are left.
    var remaining: Int { bytes.count - position }

    /// Where in the stream the cursor stands.
    var offset: Int { start + position }

    /// An unsigned integer.
    ///
    /// "If it is less than 128, it is sent as a byte with that value. Otherwise it is sent as a
    /// minimal-length big-endian (high byte first) byte stream holding the value, preceded by one
    /// byte holding the byte count, negated." Like Go's decoder, this takes longer forms too.
    mutating func uint() throws(GobError) -> UInt64 {
        guard position < bytes.count else {
            throw GobError(
                .truncatedMessage,
                "the message ends where a number should be",
                at: offset
            )
        }
        let first = bytes[position]
        guard first >= 0x80 else {
            position += 1
            return UInt64(first)
        }
        let count = 256 - Int(first)
        guard count <= 8 else {
            let found = "a number claims to be \(count) bytes long, which is more than 8"
            throw GobError(.malformedInteger, found, at: offset)
        }
        guard count < remaining else {
            let found = "the message ends inside a number: \(count) bytes are announced, "
            throw GobError(.truncatedMessage, found + "\(remaining - 1) are left", at: offset)
        }
        var value: UInt64 = 0
        for index in (position + 1)...(position + count) {
            value = value << 8 | UInt64(bytes[index])
        }
        position += 1 + count
        return value
    }

    /// A signed integer.
    ///
    /// "Within u, bits 1 upward contain the value; bit 0 says whether they should be complemented
    /// upon receipt."
    mutating func int() throws(GobError) -> Int64 {
        let encoded = try uint()
        let magnitude = Int64(encoded >> 1)
        return encoded & 1 == 0 ? magnitude : ~magnitude
    }

    /// A floating-point number.
    ///
    /// "That value is converted to a uint64 using math.Float64bits. The uint64 is then
    /// byte-reversed and sent as a regular unsigned integer."
    mutating func float() throws(GobError) -> Double {
        Double(bitPattern: try uint().byteSwapped)
    }

    /// A count of elements, of which each takes at least a byte, here or in a later message.
    mutating func count() throws(GobError) -> Int {
        let place = offset
        let announced = try uint()
        guard let count = Int(exactly: announced) else {
            throw GobError(.lengthMismatch, "\(announced) elements are announced", at: place)
        }
        return count
    }

    /// Where the bytes of a string or byte string are.
    ///
    /// "Strings and slices of bytes are sent as an unsigned count followed by that many
    /// uninterpreted bytes of the value."
    private mutating func byteRange() throws(GobError) -> Range<Int> {
        let place = offset
        let announced = try uint()
        guard let count = Int(exactly: announced), count <= remaining else {
            let found = "\(announced) bytes are announced, but the message has only \(remaining)"
            throw GobError(.lengthMismatch, found, at: place)
        }
        defer { position += count }
        return position..<(position + count)
    }

    /// A byte string.
    mutating func byteString() throws(GobError) -> [UInt8] { Array(bytes[try byteRange()]) }

    /// A string, which in Go may hold any bytes and is refused if it is not UTF-8.
    mutating func text() throws(GobError) -> String {
        let place = offset
        guard let text = String(validating: bytes[try byteRange()], as: UTF8.self) else {
            throw GobError(.malformedText, "a string is not UTF-8", at: place)
        }
        return text
    }

    /// A type's number, negative where the type is being defined.
    mutating func typeNumber() throws(GobError) -> Int32 {
        let place = offset
        let number = try int()
        guard let id = Int32(exactly: number), id != 0, id != .min else {
            throw GobError(.malformedInteger, "\(number) is no type's number", at: place)
        }
        return id
    }

    /// The number of the next field of a struct, `nil` at the end of the struct.
    ///
    /// "Structs are sent as a sequence of (field number, field value) pairs", the numbers as
    /// differences from the last one, which was -1, and a zero at the end.
    mutating func field(after last: Int, of count: Int) throws(GobError) -> Int? {
        let place = offset
        let delta = try uint()
        guard delta != 0 else { return nil }
        guard delta <= UInt64(count - 1 - last) else {
            let found = "\(delta) behind field \(last) is no field of a struct of \(count) fields"
            throw GobError(.undefinedField, found, at: place)
        }
        return last + Int(delta)
    }
}
