import Configuration

/// Cuts a template text into text and actions, and actions into words.
struct TemplateLexer {
    private let letters: [Unicode.Scalar]
    private var offset = 0
    private var position = TextPosition()

    init(_ text: String) {
        letters = Array(text.unicodeScalars)
    }

    /// The pieces of the whole text.
    mutating func pieces() throws -> [TemplatePiece] {
        var pieces: [TemplatePiece] = []
        var trimsNext = false
        while offset < letters.count {
            var text = takeText()
            if trimsNext { text = Self.trimmed(text, atEnd: false) }
            trimsNext = false
            if offset < letters.count {
                let start = offset
                let opened = position
                skip(2)
                if startsWithTrim() {
                    text = Self.trimmed(text, atEnd: true)
                    skip(1)
                }
                let inside = offset
                if let comment = try skipComment(opened) {
                    trimsNext = comment
                } else {
                    let words = try tokens(opened)
                    let source = self.text(inside, offset)
                    trimsNext = closeAction()
                    let action = TemplatePiece.action(
                        words,
                        opened,
                        source: source,
                        start: start,
                        end: offset
                    )
                    if !text.isEmpty { pieces.append(.text(text)) }
                    text = ""
                    pieces.append(action)
                }
            }
            if !text.isEmpty { pieces.append(.text(text)) }
        }
        return pieces
    }

    /// The text between two offsets.
    func text(_ start: Int, _ end: Int) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: letters[start..<end])
        return String(text)
    }

    // MARK: - Text and braces

    private mutating func takeText() -> String {
        let start = offset
        while offset < letters.count, !sees("{{") { skip(1) }
        return text(start, offset)
    }

    private func sees(_ word: String, ahead: Int = 0) -> Bool {
        var place = offset + ahead
        for letter in word.unicodeScalars {
            guard place < letters.count, letters[place] == letter else { return false }
            place += 1
        }
        return true
    }

    private mutating func skip(_ count: Int) {
        // Letter by letter: over a slice, Swift 6.3's optimiser gives callers the old `offset`.
        let end = min(letters.count, offset + count)
        while offset < end {
            if letters[offset] == "\n" {
                position.line += 1
                position.column = 1
            } else {
                position.column += 1
            }
            offset += 1
        }
    }

    /// `{{-` trims only when white space follows: `{{-3}}` is a number.
    private func startsWithTrim() -> Bool {
        sees("-") && offset + 1 < letters.count && Self.isSpace(letters[offset + 1])
    }

    /// Whether the action ends here, `-}}` after white space included.
    private func atEnd() -> Bool { sees("}}") || atTrimmingEnd() }

    private func atTrimmingEnd() -> Bool {
        sees("-}}") && offset > 0 && Self.isSpace(letters[offset - 1])
    }

    /// Passes the closing braces and says whether they trim.
    private mutating func closeAction() -> Bool {
        let trims = atTrimmingEnd()
        skip(trims ? 3 : 2)
        return trims
    }

    /// Passes a comment with its braces; says whether it trims, or `nil` when there is none.
    private mutating func skipComment(_ opened: TextPosition) throws -> Bool? {
        let gap = letters[offset...].prefix { Self.isSpace($0) }.count
        guard sees("/*", ahead: gap) else { return nil }
        skip(gap + 2)
        while offset < letters.count, !sees("*/") { skip(1) }
        guard offset < letters.count else {
            throw InterpolationError("unclosed comment", remedy: "end it with */}}", at: opened)
        }
        skip(2)
        while offset < letters.count, Self.isSpace(letters[offset]) { skip(1) }
        guard atEnd() else {
            throw InterpolationError(
                "comment ends before closing delimiter",
                remedy: "put }} right behind */",
                at: opened
            )
        }
        return closeAction()
    }

    static func isSpace(_ letter: Unicode.Scalar) -> Bool {
        letter == " " || letter == "\t" || letter == "\n" || letter == "\r"
    }

    private static func trimmed(_ text: String, atEnd: Bool) -> String {
        var scalars = Substring(text).unicodeScalars
        if atEnd {
            while let last = scalars.last, isSpace(last) { scalars.removeLast() }
        } else {
            while let first = scalars.first, isSpace(first) { scalars.removeFirst() }
        }
        return String(scalars)
    }

    // MARK: - Words

    private mutating func tokens(_ opened: TextPosition) throws -> [TemplateToken] {
        var tokens: [TemplateToken] = []
        var followsSpace = true
        while true {
            guard offset < letters.count else {
                throw InterpolationError(
                    "unclosed action",
                    remedy: "end it with }}, or write {{`{{`}} for two braces as text",
                    at: opened
                )
            }
            if atEnd() { return tokens }
            let letter = letters[offset]
            if Self.isSpace(letter) {
                skip(1)
                followsSpace = true
                continue
            }
            let start = position
            let kind = try token(letter, at: start)
            tokens.append(
                TemplateToken(kind: kind, position: start, followsSpace: followsSpace)
            )
            followsSpace = false
        }
    }

    private mutating func token(
        _ letter: Unicode.Scalar,
        at start: TextPosition
    ) throws -> TemplateToken.Kind {
        switch letter {
        case "|", "(", ")":
            skip(1)
            return letter == "|" ? .pipe : letter == "(" ? .open : .close
        case "`": return .string(try rawString(start))
        case "\"": return .string(try quotedString(start))
        case ".": return try field(start)
        case "0"..."9", "-", "+": return .integer(try integer(start))
        case _ where Self.isWordLetter(letter): return .word(word())
        case "$": throw Self.unsupported("variables ($)", at: start)
        case "'":
            throw InterpolationError(
                "a text in single quotes",
                remedy: "put it in backquotes: `…`",
                at: start
            )
        default:
            throw InterpolationError(
                "unexpected \(String(letter).goQuoted) in an action",
                remedy: "write {{`{{`}} for two braces as text",
                at: start
            )
        }
    }

    static func unsupported(_ what: String, at position: TextPosition) -> InterpolationError {
        InterpolationError(
            "\(what): this part of Go's template language is not supported",
            remedy: "there are .Name, functions, pipelines, comments and if/else/end",
            at: position
        )
    }

    private static func isWordLetter(_ letter: Unicode.Scalar) -> Bool {
        letter == "_" || letter.properties.isAlphabetic || ("0"..."9").contains(letter)
    }

    private mutating func word() -> String {
        let start = offset
        while offset < letters.count, Self.isWordLetter(letters[offset]) { skip(1) }
        return text(start, offset)
    }

    private mutating func field(_ start: TextPosition) throws -> TemplateToken.Kind {
        skip(1)
        let name = word()
        guard !name.isEmpty else { throw Self.unsupported("a dot alone", at: start) }
        guard !sees(".") else { throw Self.unsupported("a field of a field", at: start) }
        return .field(name)
    }

    private mutating func integer(_ start: TextPosition) throws -> Int64 {
        let begin = offset
        skip(1)
        while offset < letters.count, Self.isWordLetter(letters[offset]) || letters[offset] == "." {
            skip(1)
        }
        let digits = text(begin, offset)
        guard let number = Int64(digits) else {
            throw InterpolationError(
                "bad number \(digits.goQuoted)",
                remedy: "only whole decimal numbers that fit 64 bits are supported",
                at: start
            )
        }
        return number
    }

    private mutating func rawString(_ start: TextPosition) throws -> String {
        skip(1)
        let begin = offset
        while offset < letters.count, letters[offset] != "`" { skip(1) }
        guard offset < letters.count else {
            throw InterpolationError(
                "unterminated raw quoted string",
                remedy: "close it with `",
                at: start
            )
        }
        defer { skip(1) }
        return text(begin, offset)
    }

    private mutating func quotedString(_ start: TextPosition) throws -> String {
        skip(1)
        let begin = offset
        while offset < letters.count, letters[offset] != "\"" {
            guard letters[offset] != "\n" else { break }
            skip(letters[offset] == "\\" ? 2 : 1)
        }
        guard offset < letters.count, letters[offset] == "\"" else {
            throw InterpolationError(
                "unterminated quoted string",
                remedy: "close it with \"",
                at: start
            )
        }
        defer { skip(1) }
        guard let text = GoString.unescaped(letters[begin..<offset]) else {
            throw InterpolationError(
                "bad escape in a quoted string",
                remedy: "write \\\\ for a backslash, or use backquotes",
                at: start
            )
        }
        return text
    }
}
