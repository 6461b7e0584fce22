/// Bytes that a machine printed, as text that cannot harm a terminal.
///
/// Invalid UTF-8 becomes U+FFFD. Control characters are shown as `\xNN`, save the tab and the
/// sequences that only set colours (ECMA-48 SGR: `ESC [ ... m`).
enum DisplayText {
    /// A line: as ``text(_:)``, without white space at its end.
    static func line(_ bytes: ArraySlice<UInt8>) -> String {
        var text = Substring(Self.text(bytes))
        while let last = text.unicodeScalars.last, last.properties.isWhitespace {
            text.unicodeScalars.removeLast()
        }
        return String(text)
    }

    /// The bytes as harmless text.
    static func text(_ bytes: ArraySlice<UInt8>) -> String {
        let isPlain = bytes.allSatisfy {
            ($0 >= ASCII.space && $0 < ASCII.delete) || $0 == ASCII.tab
        }
        let decoded = String(decoding: bytes, as: UTF8.self)
        return isPlain ? decoded : String(decoding: escaped(Array(decoded.utf8)), as: UTF8.self)
    }

    /// How many bytes at the end begin a UTF-8 character that is not complete; 0 to 3.
    static func incompleteSuffix(of bytes: [UInt8]) -> Int {
        for (back, byte) in bytes.suffix(3).reversed().enumerated() where byte & 0xC0 != 0x80 {
            let length =
                switch byte {
                case 0xC2...0xDF: 2
                case 0xE0...0xEF: 3
                case 0xF0...0xF4: 4
                default: 1
                }
            return length > back + 1 ? back + 1 : 0
        }
        return 0
    }

    private static func escaped(_ text: [UInt8]) -> [UInt8] {
        var shown: [UInt8] = []
        shown.reserveCapacity(text.count + text.count / 4)
        var index = 0
        while index < text.count {
            let byte = text[index]
            let next = index + 1 < text.count ? text[index + 1] : 0
            if byte == ASCII.escape, let end = endOfColour(in: text, from: index) {
                shown += text[index..<end]
                index = end
            } else if byte == 0xC2 && next < 0xA0 {
                // The controls U+0080 to U+009F; some terminals obey them.
                shown += escape(next)
                index += 2
            } else {
                let isControl = (byte < ASCII.space && byte != ASCII.tab) || byte == ASCII.delete
                if isControl { shown += escape(byte) } else { shown.append(byte) }
                index += 1
            }
        }
        return shown
    }

    private static func escape(_ control: UInt8) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return [UInt8(ascii: "\\"), UInt8(ascii: "x"), digits[Int(control >> 4)]]
            + [digits[Int(control & 15)]]
    }

    /// Where a sequence that only sets colours ends, when there is one at `start`.
    private static func endOfColour(in text: [UInt8], from start: Int) -> Int? {
        guard text.dropFirst(start + 1).first == UInt8(ascii: "[") else { return nil }
        let parameters = text[(start + 2)...].prefix {
            ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: ";"))
        }
        guard text[parameters.endIndex...].first == UInt8(ascii: "m") else { return nil }
        return parameters.endIndex + 1
    }
}
