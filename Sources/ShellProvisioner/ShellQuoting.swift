/// Where in a shell command a word stands (POSIX XCU section 2.2).
enum ShellQuoting: Sendable, Equatable {
    /// Outside of quotes.
    case none
    /// Between single quotes.
    case single
    /// Between double quotes.
    case double

    /// How each occurrence of `word` in `command` is quoted, in order.
    ///
    /// Knows quotes and backslashes only; within `"$(...)"` everything counts as double-quoted.
    static func contexts(of word: String, in command: String) -> [ShellQuoting] {
        let word = Array(word.utf8)
        var rest = Array(command.utf8)[...]
        var current = ShellQuoting.none
        var found: [ShellQuoting] = []
        while let byte = rest.first {
            if rest.starts(with: word) {
                found.append(current)
                rest = rest.dropFirst(word.count)
                continue
            }
            rest = rest.dropFirst()
            switch (current, byte) {
            case (.none, 0x27): current = .single
            case (.single, 0x27): current = .none
            case (.none, 0x22): current = .double
            case (.double, 0x22): current = .none
            case (.none, 0x5C), (.double, 0x5C): rest = rest.dropFirst()
            default: break
            }
        }
        return found
    }

    /// Whether a shell reads the bytes back unchanged wherever they stand, quoted or not.
    static func isPlain(_ bytes: some Sequence<UInt8>) -> Bool {
        bytes.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            default: plainMarks.contains(byte)
            }
        }
    }

    private static let plainMarks = Set("%+,-./:=@_".utf8)
}
