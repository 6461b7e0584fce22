/// Quoting for a POSIX shell (XCU section 2.2.2).
public enum ShellWord {
    /// The word as a POSIX shell reads it back unchanged, in single quotes.
    public static func quote(_ word: String) -> String {
        String(decoding: quote(bytes: Array(word.utf8)), as: UTF8.self)
    }

    /// The bytes as a POSIX shell reads them back unchanged; they must not contain NUL.
    public static func quote(bytes word: [UInt8]) -> [UInt8] {
        var quoted: [UInt8] = [0x27]
        quoted.reserveCapacity(word.count + 2)
        for byte in word {
            if byte == 0x27 {
                quoted += Array("'\\''".utf8)
            } else {
                quoted.append(byte)
            }
        }
        quoted.append(0x27)
        return quoted
    }
}
