/// Takes the draft's data types from the bytes of one packet; can only throw, never trap.
struct WireReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        self.position = bytes.startIndex
    }

    var remaining: Int { bytes.endIndex - position }

    mutating func byte() throws -> UInt8 {
        try take(1, "a byte").first ?? 0
    }

    mutating func uint32() throws -> UInt32 {
        try take(4, "a uint32").reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func uint64() throws -> UInt64 {
        try take(8, "a uint64").reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func string() throws -> [UInt8] {
        let length = try uint32()
        guard length <= UInt32(clamping: remaining) else {
            throw SFTPError.protocolViolation(
                "a string claims \(length) bytes where \(remaining) are left in the packet"
            )
        }
        return Array(try take(Int(length), "a string"))
    }

    mutating func rest() -> [UInt8] {
        defer { position = bytes.endIndex }
        return Array(bytes[position...])
    }

    func expectEnd() throws {
        guard remaining == 0 else {
            throw SFTPError.protocolViolation("\(remaining) bytes follow the end of a reply")
        }
    }

    private mutating func take(_ count: Int, _ what: String) throws -> ArraySlice<UInt8> {
        guard count <= remaining else {
            throw SFTPError.protocolViolation(
                "\(what) of \(count) bytes is needed where \(remaining) are left in the packet"
            )
        }
        defer { position += count }
        return bytes[position..<(position + count)]
    }
}
