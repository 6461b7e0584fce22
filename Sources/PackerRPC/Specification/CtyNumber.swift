/// A number of cty: any decimal number of up to ``HCLSpecificationLimits/digits`` digits, exactly.
///
/// In Go it is a binary fraction of 512 bits, or of 53 where it was a `float64`; both are the
/// shortest decimal number that means them here, as Go itself writes them in JSON. There are no
/// infinities: HCL has no way to say one, and JSON none to send it.
package struct CtyNumber: Hashable, Sendable, CustomStringConvertible {
    private enum Form: Hashable {
        case integer(Int64)
        /// Anything else, without an exponent and without zeros that mean nothing.
        case decimal(String)
    }

    private let form: Form

    private init(form: Form) { self.form = form }

    /// An integer.
    package init(_ value: Int64) { form = .integer(value) }

    /// This number, if it is an integer of at most 512 bits, else the shortest decimal number that
    /// is nearest to it; `nil` for what is no number and for infinities.
    package init?(_ value: Double) {
        guard value.isFinite else { return nil }
        if let integer = Int64(exactly: value) {
            self.init(integer)
        } else if value.rounded() == value, value.magnitude < 0x1p512 {
            self.init(BinaryFraction(integer: value).parts)
        } else {
            self.init(String(value))
        }
    }

    /// The number that a decimal text says, such as `-12.5e3`.
    ///
    /// - Returns: `nil` for another text and for more digits than there may be.
    package init?(_ text: String) {
        guard text.utf8.count <= 2 * HCLSpecificationLimits.digits,
            let parts = DecimalParts(Array(text.utf8))
        else { return nil }
        self.init(parts)
    }

    /// The number, without an exponent.
    package var description: String {
        switch form {
        case .integer(let value): String(value)
        case .decimal(let text): text
        }
    }

    /// The number, where it is an integer that fits.
    package var integer: Int64? {
        if case .integer(let value) = form { value } else { nil }
    }

    /// The number, rounded where a `Double` cannot hold it.
    package var double: Double { Double(description) ?? .nan }
}

extension CtyNumber: ExpressibleByIntegerLiteral {
    /// An integer.
    package init(integerLiteral value: Int64) { self.init(value) }
}

// MARK: - Digits

extension CtyNumber {
    /// The number that digits say; `nil` for more than there may be.
    init?(_ parts: DecimalParts) {
        let digits = parts.digits
        let integral = digits.count + parts.exponent
        guard !digits.isEmpty else {
            self.init(integerLiteral: 0)
            return
        }
        let length = max(integral, 0) + max(-parts.exponent, 0)
        guard length <= HCLSpecificationLimits.digits else { return nil }
        var text = parts.isNegative ? "-" : ""
        if integral <= 0 {
            text += "0." + String(repeating: "0", count: -integral) + Self.text(digits)
        } else if parts.exponent >= 0 {
            text += Self.text(digits) + String(repeating: "0", count: parts.exponent)
        } else {
            text += Self.text(digits[..<integral]) + "." + Self.text(digits[integral...])
        }
        self.init(form: Int64(text).map { .integer($0) } ?? .decimal(text))
    }

    private static func text(_ digits: some Sequence<UInt8>) -> String {
        String(decoding: digits.map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
    }

    /// The number's digits.
    var parts: DecimalParts {
        DecimalParts(Array(description.utf8)) ?? DecimalParts(false, [], 0)
    }
}

/// A decimal number: digits, of which neither the first nor the last is 0, times a power of 10.
struct DecimalParts {
    let isNegative: Bool
    let digits: [UInt8]
    let exponent: Int

    init(_ isNegative: Bool, _ digits: [UInt8], _ exponent: Int) {
        let end = digits.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
        self.isNegative = isNegative && end > 0
        self.digits = Array(digits[..<end].drop { $0 == 0 })
        self.exponent = end == 0 ? 0 : exponent + digits.count - end
    }

    /// What a text says; `nil` if it is no number.
    init?(_ text: [UInt8]) {
        var rest = text[...]
        let sign = rest.first
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest.removeFirst() }
        var digits = Self.takeDigits(&rest)
        var exponent = 0
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            let fraction = Self.takeDigits(&rest)
            exponent = -fraction.count
            digits += fraction
        }
        guard !digits.isEmpty else { return nil }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest.removeFirst()
            let isMinus = rest.first == UInt8(ascii: "-")
            if isMinus || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
            let power = Self.takeDigits(&rest)
            let significant = power.drop { $0 == 0 }
            // More than six digits are beyond all limits, whatever they are.
            guard !power.isEmpty, significant.count <= 6 else { return nil }
            let value = significant.reduce(0) { $0 * 10 + Int($1) }
            exponent += isMinus ? -value : value
        }
        guard rest.isEmpty else { return nil }
        self.init(sign == UInt8(ascii: "-"), digits, exponent)
    }

    private static func takeDigits(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
        let zero = UInt8(ascii: "0")
        let digits = rest.prefix { $0 >= zero && $0 <= zero + 9 }.map { $0 - zero }
        rest.removeFirst(digits.count)
        return digits
    }
}
