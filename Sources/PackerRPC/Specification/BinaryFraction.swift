/// A number as binary floating point has it: a natural number times a power of 2.
struct BinaryFraction {
    let isNegative: Bool
    /// Odd, or zero.
    let mantissa: BigNatural
    let exponent: Int

    init(isNegative: Bool, mantissa: BigNatural, exponent: Int) {
        var odd = mantissa
        let zeros = mantissa.trailingZeroBitCount
        odd.shiftRight(zeros)
        self.isNegative = isNegative
        self.mantissa = odd
        self.exponent = odd.isZero ? 0 : exponent + zeros
    }

    /// A finite number without a fraction, and not 0.
    init(integer value: Double) {
        let significand = value.significandBitPattern | 1 << 52
        let bytes = stride(from: UInt64(56), through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: significand >> $0)
        }
        self.init(
            isNegative: value < 0,
            mantissa: BigNatural(bytes: bytes),
            exponent: Int(value.exponent) - 52
        )
    }

    /// The number nearest to decimal digits that has so many bits; of two, the even one.
    init(nearest parts: DecimalParts, bits: Int) {
        var mantissa = BigNatural(digits: parts.digits)
        var exponent = parts.exponent
        var isInexact = false
        if exponent >= 0 {
            mantissa.multiply(byFiveToThe: exponent)
        } else {
            // Enough bits for the quotient: a power of 5 takes 2.33 bits.
            let shift = max(0, bits + 3 - exponent * 7 / 3 - mantissa.bitWidth)
            mantissa.shiftLeft(shift)
            isInexact = mantissa.divide(byFiveToThe: -exponent)
            exponent -= shift
        }
        let excess = mantissa.bitWidth - bits
        if excess > 0 {
            let half = mantissa[excess - 1]
            let isMore = isInexact || mantissa.trailingZeroBitCount < excess - 1
            mantissa.shiftRight(excess)
            if half, isMore || mantissa[0] { mantissa.increment() }
            exponent += excess
        }
        self.init(isNegative: parts.isNegative, mantissa: mantissa, exponent: exponent)
    }

    /// The number exactly, as decimal digits.
    var parts: DecimalParts {
        var integer = mantissa
        if exponent >= 0 {
            integer.shiftLeft(exponent)
        } else {
            integer.multiply(byFiveToThe: -exponent)
        }
        return DecimalParts(isNegative, integer.digits, min(exponent, 0))
    }

    /// The shortest decimal digits of which this is the nearest number of so many bits.
    func shortestParts(bits: Int) -> DecimalParts {
        let exact = parts
        // An integer whose bits are all there has no neighbours nearer than 1.
        if exponent >= 0, mantissa.bitWidth + exponent <= bits { return exact }
        var lower = 0
        var upper = exact.digits.count
        while upper - lower > 1 {
            let middle = (lower + upper) / 2
            if isNearest(exact.rounded(to: middle), bits: bits) {
                upper = middle
            } else {
                lower = middle
            }
        }
        return exact.rounded(to: upper)
    }

    private func isNearest(_ parts: DecimalParts, bits: Int) -> Bool {
        let other = BinaryFraction(nearest: parts, bits: bits)
        return other.exponent == exponent && other.mantissa.bytes == mantissa.bytes
    }
}

extension DecimalParts {
    /// The number rounded to so many digits.
    func rounded(to count: Int) -> DecimalParts {
        guard digits.count > count, count > 0 else { return self }
        var kept = Array(digits[..<count])
        let next = digits[count]
        let isMore = digits.count > count + 1
        if next > 5 || next == 5 && (isMore || kept[count - 1] % 2 == 1) {
            var index = count - 1
            while index > 0, kept[index] == 9 {
                kept[index] = 0
                index -= 1
            }
            // A 10 in front is as good as two digits: only its own place is looked at below.
            kept[index] += 1
            if kept[index] == 10 {
                kept[index] = 0
                kept.insert(1, at: 0)
            }
        }
        return DecimalParts(isNegative, kept, exponent + digits.count - count)
    }
}

extension CtyNumber {
    /// The bits that cty gives to a number that is read from text.
    static let precision = 512

    /// The number as a `Double`, where one has exactly its value and gives it back.
    var exactDouble: Double? {
        let parts = parts
        // A number whose fraction in base 2 ends has as many digits behind the point as bits.
        guard parts.digits.count <= 780 else { return nil }
        var integer = BigNatural(digits: parts.digits)
        if parts.exponent < 0 {
            guard !integer.divide(byFiveToThe: -parts.exponent) else { return nil }
        } else {
            integer.multiply(byFiveToThe: parts.exponent)
        }
        let binary = BinaryFraction(
            isNegative: parts.isNegative,
            mantissa: integer,
            exponent: parts.exponent
        )
        let width = binary.mantissa.bitWidth
        guard width <= 53, binary.exponent >= -1074, binary.exponent + width <= Self.precision
        else {
            return nil
        }
        return double
    }
}

// MARK: - Gob

extension CtyNumber {
    /// The number as Go's `big.Float.GobEncode` writes it: version 1, flags, precision, and where it
    /// is not zero the exponent and the mantissa in words of 8 bytes with the highest bit set.
    var gobFloat: [UInt8] {
        let bits = integer == nil ? Self.precision : 64
        let binary = BinaryFraction(nearest: parts, bits: bits)
        // Rounding to nearest even (0), exact (0 + 1).
        let flags: UInt8 = 1 << 3
        let sign: UInt8 = binary.isNegative ? 1 : 0
        let width = binary.mantissa.bitWidth
        guard width > 0 else { return [1, flags] + Self.bigEndian(UInt32(bits)) }
        var mantissa = binary.mantissa
        mantissa.shiftLeft((64 - width % 64) % 64)
        let exponent = Int32(truncatingIfNeeded: binary.exponent + width)
        return [1, flags | 1 << 1 | sign] + Self.bigEndian(UInt32(bits))
            + Self.bigEndian(UInt32(bitPattern: exponent)) + mantissa.bytes
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] {
        stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// Reads what Go's `big.Float.GobEncode` wrote.
    init(gobFloat bytes: [UInt8]) throws(HCLSpecificationError) {
        func fault(_ found: String) -> HCLSpecificationError {
            HCLSpecificationError(.malformed, "a number in gob \(found)")
        }
        guard bytes.count >= 6, bytes[0] == 1 else { throw fault("is of an unknown version") }
        let precision = Self.number(bytes[2..<6])
        switch bytes[1] >> 1 & 3 {
        case 0:
            self.init(integerLiteral: 0)
            return
        case 1: break
        default: throw HCLSpecificationError(.unsupported, "a number is infinite")
        }
        guard bytes.count > 10, bytes[10] & 0x80 != 0 else { throw fault("has no mantissa") }
        // More could not be written again as they came.
        guard (1...Self.precision).contains(Int(precision)), bytes.count <= 10 + Self.precision / 8
        else {
            let found = "a number has more than \(Self.precision) bits"
            throw HCLSpecificationError(.limitExceeded, found)
        }
        let place = Int(Int32(bitPattern: Self.number(bytes[6..<10])))
        guard abs(place) <= 4 * HCLSpecificationLimits.digits else {
            throw HCLSpecificationError(.limitExceeded, "a number has an exponent of \(place)")
        }
        let binary = BinaryFraction(
            isNegative: bytes[1] & 1 == 1,
            mantissa: BigNatural(bytes: bytes[10...]),
            exponent: place - 8 * (bytes.count - 10)
        )
        guard let number = CtyNumber(binary.shortestParts(bits: Int(precision))) else {
            throw HCLSpecificationError(.limitExceeded, "a number has too many digits")
        }
        self = number
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }
}
