/// Text from the far side, made harmless for a terminal.
///
/// A script's output is not the user's: left as it is, it could move the cursor, rewrite lines that
/// were printed before, set the window's title or have the terminal answer as if keys were typed.
package enum TerminalText {
    /// The text with every control character but tab and newline shown instead of obeyed.
    ///
    /// C0 and C1 controls and DEL become `\x1b`, characters that turn the writing direction
    /// `\u{202e}`; a carriage return before a newline is dropped.
    /// SGR sequences (`ESC [ 1 ; 32 m`) pass when `keepsColor` is true, else they vanish.
    package static func harmless(_ text: String, keepsColor: Bool) -> String {
        // Nearly all text is plain ASCII, and its bytes are quicker to look at.
        guard !text.utf8.allSatisfy(isPlain) else { return text }
        guard text.unicodeScalars.contains(where: isDangerous) else { return text }
        let scalars = Array(text.unicodeScalars)
        var result = String.UnicodeScalarView()
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            if let end = endOfColor(scalars, from: index) {
                if keepsColor { result.append(contentsOf: scalars[index..<end]) }
                index = end
                continue
            }
            index += 1
            if scalar == "\r", index < scalars.count, scalars[index] == "\n" { continue }
            if isDangerous(scalar) {
                result.append(contentsOf: visible(scalar).unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x20..<0x7F).contains(byte) || byte == 0x0A || byte == 0x09
    }

    private static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case 0x00..<0x20, 0x7F..<0xA0: true
        case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x2028, 0x2029: true
        default: false
        }
    }

    private static func visible(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return scalar.value < 0x100
            ? "\\x" + (digits.count < 2 ? "0" : "") + digits
            : "\\u{\(digits)}"
    }

    /// The index after the SGR sequence that starts at `start`, or `nil` when none does.
    private static func endOfColor(_ scalars: [Unicode.Scalar], from start: Int) -> Int? {
        guard scalars[start] == "\u{1B}", start + 2 < scalars.count, scalars[start + 1] == "["
        else { return nil }
        // No real colour needs more; an endless run of digits is not one.
        let limit = min(scalars.count, start + 34)
        for index in (start + 2)..<limit {
            switch scalars[index] {
            case "0"..."9", ";", ":": continue
            case "m": return index + 1
            default: return nil
            }
        }
        return nil
    }
}
