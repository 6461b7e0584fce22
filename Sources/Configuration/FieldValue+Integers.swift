extension FieldValue where Self: FixedWidthInteger {
    /// Every integer is a whole number to the user.
    public static var fieldType: FieldType { .integer }

    /// The number in decimal.
    public var fieldText: String { description }

    /// A whole number, the same as text (with Go's prefixes `0x`, `0o`, `0b`, `0`
    /// and underscores between digits), or a truth
    /// value as 1 or 0; the empty string is 0.
    ///
    /// Unlike Packer, which cuts it off, a number with a fraction is refused.
    public static func parse(
        _ raw: ConfigurationValue,
        rendering: FieldRendering
    ) throws -> Self {
        switch raw {
        case .integer(let number): return try inRange(Self(exactly: number), raw)
        case .number(let number):
            guard number == number.rounded(.towardZero) else {
                throw raw.mismatch(expected: "a whole number")
            }
            return try inRange(Self(exactly: number), raw)
        case .bool(let truth): return truth ? 1 : 0
        case .string(let text):
            let rendered = try rendering(text)
            guard isWholeNumber(rendered) else {
                throw ConfigurationValue.string(rendered).mismatch(expected: "a whole number")
            }
            return try inRange(fromGoText(rendered), .string(rendered))
        case .null, .list, .map: throw raw.mismatch(expected: "a whole number")
        }
    }

    private static func inRange(_ number: Self?, _ raw: ConfigurationValue) throws -> Self {
        guard let number else {
            throw raw.mismatch(expected: "a whole number from \(Self.min) to \(Self.max)")
        }
        return number
    }

    private static func isWholeNumber(_ text: String) -> Bool {
        guard let (digits, radix) = digitsAndRadix(text) else { return false }
        return text.isEmpty
            || !digits.isEmpty && digits.allSatisfy { Int(String($0), radix: radix) != nil }
    }

    private static func fromGoText(_ text: String) -> Self? {
        guard !text.isEmpty, let (digits, radix) = digitsAndRadix(text) else { return 0 }
        return Self((text.hasPrefix("-") ? "-" : "") + digits, radix: radix)
    }

    /// What remains without sign, prefix and the underscores that part digits; `nil` when an
    /// underscore parts anything else.
    private static func digitsAndRadix(_ text: String) -> (digits: String, radix: Int)? {
        var digits = text[...]
        if digits.first == "-" || digits.first == "+" { digits = digits.dropFirst() }
        let marked = ["0x": 16, "0o": 8, "0b": 2][digits.prefix(2).lowercased()]
        let hasPrefix = marked != nil
        let radix = marked ?? (digits.count > 1 && digits.first == "0" ? 8 : 10)
        let parts = digits.dropFirst(hasPrefix ? 2 : 0)
            .split(separator: "_", omittingEmptySubsequences: false)
        // After a prefix the first underscore may come at once.
        guard parts.count == 1 || parts.dropFirst(hasPrefix ? 1 : 0).allSatisfy({ !$0.isEmpty })
        else { return nil }
        return (parts.joined(), radix)
    }
}

extension Int: FieldValue {}
extension Int8: FieldValue {}
extension Int16: FieldValue {}
extension Int32: FieldValue {}
extension Int64: FieldValue {}
extension UInt: FieldValue {}
extension UInt8: FieldValue {}
extension UInt16: FieldValue {}
extension UInt32: FieldValue {}
extension UInt64: FieldValue {}
