/// Reads one JSON document (RFC 8259) strictly: no second value, no name twice in one object, no
/// half of a surrogate pair, nothing that is not UTF-8.
package struct JSONReader {
    /// An object in a type takes two levels, its list and its names; a value of any type one more.
    private static let deepest = 3 * HCLSpecificationLimits.depth

    private let bytes: [UInt8]
    private var offset = 0
    private var budget = ValueBudget()

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The document that bytes are.
    ///
    /// - Throws: ``HCLSpecificationError`` with the byte to blame.
    package static func document(_ bytes: [UInt8]) throws(HCLSpecificationError) -> JSONValue {
        try HCLSpecificationLimits.checkLength(bytes.count)
        var reader = JSONReader(bytes)
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.offset == bytes.count else {
            throw reader.fault("the document goes on behind its end")
        }
        return value
    }

    private func fault(_ found: String, at place: Int? = nil) -> HCLSpecificationError {
        HCLSpecificationError(.malformed, "no JSON: \(found)", offset: place ?? offset)
    }

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            offset += 1
        }
    }

    private mutating func take(_ letter: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: letter) else { return false }
        offset += 1
        return true
    }

    private mutating func value(depth: Int) throws(HCLSpecificationError) -> JSONValue {
        skipSpace()
        try budget.spend()
        guard depth <= Self.deepest else {
            let found = "arrays and objects stand more than \(Self.deepest) deep in one another"
            throw HCLSpecificationError(.limitExceeded, found, offset: offset)
        }
        switch next {
        case UInt8(ascii: "{"): return .object(try members(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try elements(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try keyword("true", .bool(true))
        case UInt8(ascii: "f"): return try keyword("false", .bool(false))
        case UInt8(ascii: "n"): return try keyword("null", .null)
        case nil: throw fault("the document ends where a value should be")
        default: return .number(try number())
        }
    }

    private mutating func keyword(
        _ word: String,
        _ value: JSONValue
    ) throws(HCLSpecificationError) -> JSONValue {
        guard bytes[offset...].starts(with: word.utf8) else {
            throw fault("a word that is not \(word)")
        }
        offset += word.utf8.count
        return value
    }

    private mutating func elements(depth: Int) throws(HCLSpecificationError) -> [JSONValue] {
        offset += 1
        skipSpace()
        var elements: [JSONValue] = []
        if take("]") { return elements }
        while true {
            elements.append(try value(depth: depth))
            skipSpace()
            if take("]") { return elements }
            guard take(",") else { throw fault("no comma and no ] behind an element") }
        }
    }

    private mutating func members(depth: Int) throws(HCLSpecificationError) -> [JSONValue.Member] {
        offset += 1
        skipSpace()
        var members: [JSONValue.Member] = []
        // By their bytes: a peer could make the comparison of texts take minutes.
        var names: Set<[UInt8]> = []
        if take("}") { return members }
        while true {
            skipSpace()
            let place = offset
            guard next == UInt8(ascii: "\"") else { throw fault("no name where one should be") }
            let name = try string()
            try HCLSpecificationLimits.checkName(name)
            guard names.insert(Array(name.utf8)).inserted else {
                let found = "the name \(HCLSpecificationError.quoted(name)) occurs twice"
                throw fault(found, at: place)
            }
            skipSpace()
            guard take(":") else { throw fault("no colon behind a name") }
            members.append(JSONValue.Member(name: name, value: try value(depth: depth)))
            skipSpace()
            if take("}") { return members }
            guard take(",") else { throw fault("no comma and no } behind a member") }
        }
    }

    private mutating func digits() -> Int {
        let start = offset
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            offset += 1
        }
        return offset - start
    }

    private mutating func number() throws(HCLSpecificationError) -> String {
        let start = offset
        _ = take("-")
        let leading = next
        let count = digits()
        guard count == 1 || count > 1 && leading != UInt8(ascii: "0") else {
            throw fault("neither a value nor a number", at: start)
        }
        if take("."), digits() == 0 { throw fault("no digit behind the point of a number") }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            guard digits() > 0 else { throw fault("no digit in the exponent of a number") }
        }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }
}

// MARK: - Text

extension JSONReader {
    private mutating func string() throws(HCLSpecificationError) -> String {
        let start = offset
        offset += 1
        var text: [UInt8] = []
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                guard let text = String(validating: text, as: UTF8.self) else {
                    throw fault("a text that is not UTF-8", at: start)
                }
                return text
            case UInt8(ascii: "\\"): try escape(&text)
            case 0..<0x20: throw fault("a control character in a text")
            default:
                text.append(byte)
                offset += 1
            }
        }
        throw fault("a text without its end", at: start)
    }

    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5C, UInt8(ascii: "/"): 0x2F,
        UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A,
        UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
    ]

    private mutating func escape(_ text: inout [UInt8]) throws(HCLSpecificationError) {
        let start = offset
        offset += 1
        guard let letter = next else { throw fault("a text without its end", at: start) }
        offset += 1
        if let byte = Self.escapes[letter] {
            text.append(byte)
            return
        }
        guard letter == UInt8(ascii: "u") else { throw fault("an unknown escape", at: start) }
        let first = try codeUnit(start)
        var units = [first]
        if UTF16.isLeadSurrogate(first), bytes[offset...].starts(with: "\\u".utf8) {
            offset += 2
            units.append(try codeUnit(start))
        }
        guard let character = String(validating: units, as: UTF16.self) else {
            throw fault("half of a surrogate pair", at: start)
        }
        text.append(contentsOf: character.utf8)
    }

    private mutating func codeUnit(_ start: Int) throws(HCLSpecificationError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw fault("\\u without four hexadecimal digits", at: start)
            }
            unit = unit << 4 | UInt16(digit)
            offset += 1
        }
        return unit
    }
}
