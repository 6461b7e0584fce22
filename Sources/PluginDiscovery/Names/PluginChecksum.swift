/// A plugin's SHA-256, as it lies beside it.
package struct PluginChecksum: Sendable, Hashable, CustomStringConvertible {
    /// Why bytes are no checksum: what was found.
    package struct Malformed: Error, Sendable, Hashable, CustomStringConvertible {
        /// What was found.
        package let description: String
    }

    /// The 32 bytes of the hash.
    package let digest: [UInt8]

    /// How many bytes of a file are read.
    package static let digitCount = 64

    /// A checksum made of its 32 bytes.
    package init(digest: [UInt8]) {
        precondition(digest.count * 2 == Self.digitCount, "a SHA-256 has 32 bytes")
        self.digest = digest
    }

    /// Reads what lies in the file, as Packer does: 64 hexadecimal digits, and whatever follows them.
    ///
    /// - Throws: ``Malformed``.
    package init(decoding bytes: [UInt8]) throws(Malformed) {
        var digest: [UInt8] = []
        let digits = bytes.prefix(Self.digitCount)
        for (index, digit) in digits.enumerated() {
            guard let value = Self.value(digit) else {
                throw Malformed(
                    description: "byte \(index + 1) of the checksum is no hexadecimal digit"
                )
            }
            if index % 2 == 0 {
                digest.append(value << 4)
            } else {
                digest[index / 2] |= value
            }
        }
        guard digits.count == Self.digitCount else {
            throw Malformed(description: "the checksum has \(digits.count) digits of 64")
        }
        self.digest = digest
    }

    /// Compared in the same time, wherever two differ.
    package static func == (first: PluginChecksum, second: PluginChecksum) -> Bool {
        zip(first.digest, second.digest).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// The 64 digits, in lower case.
    package var description: String {
        digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x37
        case 0x61...0x66: digit - 0x57
        default: nil
        }
    }
}
