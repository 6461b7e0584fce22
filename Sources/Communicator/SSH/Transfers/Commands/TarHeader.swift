/// The headers of a tar archive of numbered files (POSIX `ustar`, IEEE 1003.1 `pax`).
enum TarHeader {
    /// The unit in which an archive is made.
    static let blockLength = 512

    /// The block before the bytes of a file that only its user may read.
    static func file(_ name: String, size: UInt64) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: blockLength)
        func put(_ bytes: [UInt8], _ offset: Int) {
            block.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        }
        put(Array(name.utf8.prefix(100)), 0)
        put(octal(0o600, digits: 7), 100)
        put(octal(0, digits: 7), 108)
        put(octal(0, digits: 7), 116)
        put(number(size), 124)
        put(octal(0, digits: 11), 136)
        put(Array("        0".utf8), 148)
        put(Array("ustar\u{0}00".utf8), 257)
        let sum = block.reduce(UInt64(0)) { $0 + UInt64($1) }
        put(octal(sum, digits: 6) + [0, 0x20], 148)
        return block
    }

    /// What fills the last block of a file.
    static func padding(size: UInt64) -> [UInt8] {
        let rest = Int(size % UInt64(blockLength))
        return rest == 0 ? [] : [UInt8](repeating: 0, count: blockLength - rest)
    }

    /// The two empty blocks that end an archive.
    static let end = [UInt8](repeating: 0, count: 2 * blockLength)

    private static func octal(_ value: UInt64, digits: Int) -> [UInt8] {
        let text = String(value, radix: 8)
        return Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8)
    }

    /// A size; from 8 GiB on in GNU's binary form, for eleven octal digits do not hold it.
    private static func number(_ value: UInt64) -> [UInt8] {
        guard value >= 1 << 33 else { return octal(value, digits: 11) }
        return [0x80, 0, 0, 0]
            + (0..<8).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}
