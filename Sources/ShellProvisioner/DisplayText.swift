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
        return isPlain ? decoded : escaped(decoded.unicodeScalars)
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

    private static func escaped(_ scalars: String.UnicodeScalarView) -> String {
        var shown = String.UnicodeScalarView()
        var rest = scalars[...]
        while let scalar = rest.first {
            if let colour = colourSequence(at: rest) {
                shown += colour
                rest = rest[colour.endIndex...]
                continue
            }
            rest.removeFirst()
            if scalar.properties.generalCategory == .control && scalar != "\t" {
                let digits = String(scalar.value, radix: 16)
                shown += (digits.utf8.count < 2 ? "\\x0" : "\\x").unicodeScalars
                shown += digits.unicodeScalars
            } else {
                shown.append(scalar)
            }
        }
        return String(shown)
    }

    private static func colourSequence(
        at scalars: Substring.UnicodeScalarView
    ) -> Substring.UnicodeScalarView? {
        guard scalars.first == "\u{1B}", scalars.dropFirst().first == "[" else { return nil }
        let parameters = scalars.dropFirst(2).prefix { $0 >= "0" && $0 <= ";" }
        guard parameters.endIndex < scalars.endIndex, scalars[parameters.endIndex] == "m" else {
            return nil
        }
        return scalars[...parameters.endIndex]
    }
}
