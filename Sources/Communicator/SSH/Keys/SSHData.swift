/// Reads the types of RFC 4251 section 5 from bytes that nobody vouches for.
struct SSHDataReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    /// How many bytes are left.
    var count: Int { rest.count }

    mutating func bytes(_ count: Int) throws(KeyFileError) -> [UInt8] {
        guard count >= 0, count <= rest.count else { throw .truncated }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func byte() throws(KeyFileError) -> UInt8 {
        guard let first = rest.popFirst() else { throw .truncated }
        return first
    }

    mutating func uint32() throws(KeyFileError) -> UInt32 {
        try bytes(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func string() throws(KeyFileError) -> [UInt8] {
        try bytes(Int(uint32()))
    }

    mutating func text() throws(KeyFileError) -> String {
        String(decoding: try string(), as: UTF8.self)
    }

    /// A number that is not negative, without leading zeros.
    mutating func mpint() throws(KeyFileError) -> [UInt8] {
        let bytes = try string()
        guard (bytes.first ?? 0) < 0x80 else { throw KeyFileError("it has a negative number") }
        return Array(bytes.drop { $0 == 0 })
    }
}

extension [UInt8] {
    /// These bytes as a `string` of RFC 4251.
    var asSSHString: [UInt8] {
        UInt32(truncatingIfNeeded: count).bigEndianBytes + self
    }

    /// This unsigned number, most significant byte first, as an `mpint` of RFC 4251.
    var asSSHNumber: [UInt8] {
        let digits = Array(drop { $0 == 0 })
        return ((digits.first ?? 0) >= 0x80 ? [0] + digits : digits).asSSHString
    }
}

extension String {
    /// This text as a `string` of RFC 4251.
    var asSSHString: [UInt8] { Array(utf8).asSSHString }
}

extension UInt32 {
    /// The four bytes, most significant first.
    var bigEndianBytes: [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: self >> $0) }
    }
}
