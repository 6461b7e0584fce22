/// Reads the fields of one protobuf message from bytes that may be anything.
///
/// Source: protobuf.dev, "Encoding". Of a wire type only what this library needs is given out; the
/// rest is passed over as fields that nobody knows.
struct ProtobufReader {
    /// How deep groups, which proto2 had, may stand in one another where they are passed over.
    private static let deepestGroups = 64

    private let bytes: [UInt8]
    private var offset: Int
    private let end: Int

    /// A field of a message.
    enum Field {
        /// A number of wire type 0.
        case varint(number: Int, UInt64)
        /// A text or a message of wire type 2.
        case delimited(number: Int, ProtobufReader)
        /// A field of wire type 1, 3 or 5.
        case other
    }

    /// A reader of a whole message.
    init(_ bytes: [UInt8]) { self.init(bytes, from: 0, to: bytes.count) }

    private init(_ bytes: [UInt8], from offset: Int, to end: Int) {
        self.bytes = bytes
        self.offset = offset
        self.end = end
    }

    private func fault(_ found: String) -> HCLSpecificationError {
        HCLSpecificationError(.malformed, "no protobuf: \(found)", offset: offset)
    }

    /// The next field; `nil` at the end of the message.
    mutating func field() throws(HCLSpecificationError) -> Field? {
        guard offset < end else { return nil }
        let (number, wireType) = try tag()
        switch wireType {
        case 0: return .varint(number: number, try varint())
        case 2: return .delimited(number: number, try delimited())
        case 1, 3, 5:
            try skip(number, wireType)
            return .other
        default: throw fault("the wire type \(wireType)")
        }
    }

    /// The message's bytes as text.
    func text() throws(HCLSpecificationError) -> String {
        guard let text = String(validating: bytes[offset..<end], as: UTF8.self) else {
            throw fault("a text that is not UTF-8")
        }
        try HCLSpecificationLimits.checkName(text)
        return text
    }

    private mutating func tag() throws(HCLSpecificationError) -> (number: Int, wireType: UInt64) {
        let tag = try varint()
        guard tag <= UInt64(UInt32.max), tag >> 3 > 0 else {
            throw fault("a field of the number \(tag >> 3)")
        }
        return (Int(tag >> 3), tag & 7)
    }

    private mutating func varint() throws(HCLSpecificationError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            guard offset < end else { throw fault("the message ends inside a number") }
            let byte = bytes[offset]
            offset += 1
            guard shift < 63 || byte <= 1 else { break }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw fault("a number of more than 64 bits")
    }

    private mutating func delimited() throws(HCLSpecificationError) -> ProtobufReader {
        let length = try varint()
        guard length <= UInt64(end - offset) else {
            throw fault("\(length) bytes are announced, \(end - offset) are left")
        }
        defer { offset += Int(length) }
        return ProtobufReader(bytes, from: offset, to: offset + Int(length))
    }

    private mutating func skip(
        _ number: Int,
        _ wireType: UInt64,
        depth: Int = 0
    ) throws(HCLSpecificationError) {
        switch wireType {
        case 0: _ = try varint()
        case 1: try skip(8)
        case 2: _ = try delimited()
        case 3: try skipGroup(number, depth: depth + 1)
        case 5: try skip(4)
        default: throw fault("the wire type \(wireType)")
        }
    }

    private mutating func skip(_ count: Int) throws(HCLSpecificationError) {
        guard count <= end - offset else { throw fault("the message ends inside a number") }
        offset += count
    }

    private mutating func skipGroup(
        _ number: Int,
        depth: Int
    ) throws(HCLSpecificationError) {
        guard depth <= Self.deepestGroups else {
            let found = "groups stand more than \(Self.deepestGroups) deep in one another"
            throw HCLSpecificationError(.limitExceeded, found, offset: offset)
        }
        while true {
            let (inner, wireType) = try tag()
            if wireType == 4 {
                guard inner == number else { throw fault("the end of another group") }
                return
            }
            try skip(inner, wireType, depth: depth)
        }
    }
}

/// Appends protobuf's fields; what is empty or false is left out, as in proto3.
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    mutating func bool(_ number: UInt8, _ value: Bool) {
        if value { bytes += [number << 3, 1] }
    }

    mutating func text(_ number: UInt8, _ value: String) {
        if !value.isEmpty { delimited(number, Array(value.utf8)) }
    }

    /// A message, or something else with a length, also if it is empty.
    mutating func delimited(_ number: UInt8, _ content: [UInt8]) {
        bytes.append(number << 3 | 2)
        var rest = content.count
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
        bytes += content
    }
}
