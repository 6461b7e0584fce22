import Configuration

/// A place in the bytes of a JSON file; reads what is no list and no map.
struct JSONCursor {
    let bytes: [UInt8]
    private(set) var offset = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var atEnd: Bool { offset >= bytes.count }
    var peek: UInt8? { atEnd ? nil : bytes[offset] }

    mutating func skip(_ count: Int) { offset = min(bytes.count, offset + count) }

    /// Passes one character if it is the next one.
    mutating func take(_ letter: Character) -> Bool {
        guard let byte = letter.asciiValue, peek == byte else { return false }
        skip(1)
        return true
    }

    func sees(_ word: String) -> Bool { bytes[offset...].starts(with: word.utf8) }

    /// What stands here, for error texts.
    var found: String {
        guard let byte = peek else { return "the end of the file" }
        guard byte >= 0x20, byte < 0x7F else {
            return byte < 0x80 ? "a control character" : "a character that is not ASCII"
        }
        return "`\(Character(Unicode.Scalar(byte)))`"
    }

    /// Refuses an empty file and a byte order mark.
    func refuseWrongStart() throws {
        if sees("\u{FEFF}") {
            throw JSONSyntaxError(
                "the file starts with a byte order mark",
                "save it as UTF-8 without BOM",
                0
            )
        }
        guard bytes.contains(where: { !Self.isSpace($0) }) else {
            throw JSONSyntaxError("the file is empty", "write a JSON object: { … }", 0)
        }
    }

    /// Passes white space; a comment is an error of its own.
    mutating func skipSpace() throws {
        while let byte = peek, Self.isSpace(byte) { skip(1) }
        guard sees("//") || sees("/*") || sees("#") else { return }
        throw JSONSyntaxError(
            "a comment",
            "JSON has none: remove it, or use a key with a leading underscore at the root, "
                + "such as \"_comment\"",
            offset
        )
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        [0x20, 0x09, 0x0A, 0x0D].contains(byte)
    }

    /// Passes a comma or the closing bracket; says whether it was the bracket.
    mutating func endsAfterElement(_ bracket: Character, start: Int) throws -> Bool {
        try skipSpace()
        if take(bracket) { return true }
        let comma = offset
        guard take(",") else {
            guard !atEnd else { throw unclosed(start) }
            throw JSONSyntaxError(
                "expected a comma or \(bracket), got \(found)",
                "put a comma between elements",
                offset
            )
        }
        try skipSpace()
        if let byte = bracket.asciiValue, peek == byte {
            throw JSONSyntaxError("trailing comma before \(bracket)", "remove the comma", comma)
        }
        guard !atEnd else { throw unclosed(start) }
        return false
    }

    private func unclosed(_ start: Int) -> JSONSyntaxError {
        let bracket = Character(Unicode.Scalar(bytes[start]))
        return JSONSyntaxError(
            "`\(bracket)` is not closed",
            "add \(bracket == "{" ? "}" : "]")",
            start
        )
    }

    /// A key and the colon behind it.
    mutating func key() throws -> String {
        guard peek == UInt8(ascii: "\"") else {
            if peek == UInt8(ascii: "'") { throw singleQuotes }
            throw JSONSyntaxError(
                "expected a key, got \(found)",
                "put keys into double quotes",
                offset
            )
        }
        let key = try string()
        try skipSpace()
        guard take(":") else {
            throw JSONSyntaxError(
                "expected a colon behind the key \(key.goQuoted), got \(found)",
                "write \"key\": value",
                offset
            )
        }
        try skipSpace()
        return key
    }

    private var singleQuotes: JSONSyntaxError {
        JSONSyntaxError("a text in single quotes", "use double quotes", offset)
    }

    /// `true`, `false` or `null`, or an error that knows what people write instead.
    mutating func keyword() throws -> ConfigurationValue {
        let rest = bytes[offset...]
        let word = String(decoding: rest.prefix(20).prefix { Self.isWordByte($0) }, as: UTF8.self)
        if let value = Self.keywords[word] {
            skip(word.utf8.count)
            return value
        }
        if peek == UInt8(ascii: "'") { throw singleQuotes }
        let remedies = [
            "True": "write true", "False": "write false", "None": "write null",
            "nil": "write null", "undefined": "write null", "NaN": "write a number",
            "Infinity": "write a number",
        ]
        throw JSONSyntaxError(
            "expected a value, got " + (word.isEmpty ? found : "`\(word)`"),
            remedies[word] ?? (word.isEmpty ? "write a value" : "put text into double quotes"),
            offset
        )
    }

    private static let keywords: [String: ConfigurationValue] = [
        "true": .bool(true), "false": .bool(false), "null": .null,
    ]

    private static func isWordByte(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || isDigit(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// A number by JSON's grammar.
    mutating func number() throws -> ConfigurationValue {
        let start = offset
        _ = take("-")
        let leading = peek
        let digits = skipDigits()
        var isWhole = true
        var isRight = digits == 1 || digits > 1 && leading != UInt8(ascii: "0")
        if take(".") {
            isWhole = false
            isRight = skipDigits() > 0 && isRight
        }
        if take("e") || take("E") {
            isWhole = false
            if !take("+") { _ = take("-") }
            isRight = skipDigits() > 0 && isRight
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        guard isRight, peek.map({ !Self.isWordByte($0) }) ?? true else {
            throw JSONSyntaxError(
                "bad number",
                "write it like 12, -3.5 or 1e6, or put it into double quotes",
                start
            )
        }
        if isWhole, let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else {
            throw JSONSyntaxError(
                "a number that is too large",
                "put it into double quotes if it is a text",
                start
            )
        }
        return .number(number)
    }

    private mutating func skipDigits() -> Int {
        let count = bytes[offset...].prefix { Self.isDigit($0) }.count
        skip(count)
        return count
    }
}
