/// Appends gob's primitive values to a buffer; ``GobCursor`` quotes their specification.
struct GobWriter {
    private(set) var bytes: [UInt8] = []

    mutating func uint(_ value: UInt64) {
        if value < 0x80 {
            bytes.append(UInt8(value))
        } else {
            let count = 8 - value.leadingZeroBitCount / 8
            bytes.append(UInt8(256 - count))
            for index in (0..<count).reversed() {
                bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index))))
            }
        }
    }

    mutating func count(_ value: Int) { uint(UInt64(value)) }

    mutating func int(_ value: Int64) {
        let shifted = UInt64(bitPattern: value) << 1
        uint(value < 0 ? ~shifted : shifted)
    }

    mutating func type(_ id: GobTypeID) { int(Int64(id.rawValue)) }

    mutating func float(_ value: Double) { uint(value.bitPattern.byteSwapped) }

    mutating func byteString(_ value: [UInt8]) {
        count(value.count)
        bytes.append(contentsOf: value)
    }

    mutating func text(_ value: String) {
        count(value.utf8.count)
        bytes.append(contentsOf: value.utf8)
    }

    /// Appends what `body` appends, with its length before it.
    mutating func delimited(
        _ body: (inout GobWriter) throws(GobError) -> Void
    ) throws(GobError) {
        let start = bytes.count
        try body(&self)
        var length = GobWriter()
        length.count(bytes.count - start)
        bytes.insert(contentsOf: length.bytes, at: start)
    }
}
