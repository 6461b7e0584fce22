internal import Components

/// Bytes that a machine printed, as text that cannot harm a terminal.
///
/// Invalid UTF-8 becomes U+FFFD; control characters are shown, save the sequences that only set
/// colours: whether these pass is the screen's choice.
enum DisplayText {
    /// A line: as ``text(_:)``, without white space at its end.
    static func line(_ bytes: ArraySlice<UInt8>) -> String {
        let whole = Self.text(bytes)
        if let last = whole.utf8.last, (0x21..<0x7F).contains(last) { return whole }
        var text = Substring(whole)
        while let last = text.unicodeScalars.last, last.properties.isWhitespace {
            text.unicodeScalars.removeLast()
        }
        return String(text)
    }

    /// The bytes as harmless text.
    static func text(_ bytes: ArraySlice<UInt8>) -> String {
        TerminalText.harmless(String(decoding: bytes, as: UTF8.self), keepsColor: true)
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
}
