/// A natural number of any size, with just the arithmetic that turns decimals into binary fractions
/// and back.
struct BigNatural: Sendable {
    /// Least significant first, the last one not 0.
    private var limbs: [UInt32] = []

    /// Zero.
    init() {}

    /// The number that decimal digits say, most significant first.
    init(digits: some Sequence<UInt8>) {
        var chunk: UInt32 = 0
        var scale: UInt32 = 1
        for digit in digits {
            chunk = chunk * 10 + UInt32(digit)
            scale *= 10
            if scale == 1_000_000_000 {
                multiply(by: scale, adding: chunk)
                (chunk, scale) = (0, 1)
            }
        }
        multiply(by: scale, adding: chunk)
    }

    /// The number that bytes say, most significant first.
    init(bytes: some BidirectionalCollection<UInt8>) {
        var limb: UInt32 = 0
        var shift: UInt32 = 0
        for byte in bytes.reversed() {
            limb |= UInt32(byte) << shift
            shift += 8
            if shift == 32 {
                limbs.append(limb)
                (limb, shift) = (0, 0)
            }
        }
        limbs.append(limb)
        trim()
    }

    var isZero: Bool { limbs.isEmpty }

    /// How many bits the number takes; 0 for zero.
    var bitWidth: Int {
        guard let top = limbs.last else { return 0 }
        return limbs.count * 32 - top.leadingZeroBitCount
    }

    /// How many zeros stand at the end; 0 for zero.
    var trailingZeroBitCount: Int {
        guard let index = limbs.firstIndex(where: { $0 != 0 }) else { return 0 }
        return index * 32 + limbs[index].trailingZeroBitCount
    }

    /// A bit, counted from the least significant.
    subscript(bit: Int) -> Bool {
        let index = bit / 32
        return limbs.indices.contains(index) && limbs[index] >> UInt32(bit % 32) & 1 == 1
    }

    mutating func multiply(by factor: UInt32, adding summand: UInt32 = 0) {
        var carry = UInt64(summand)
        for index in limbs.indices {
            let product = UInt64(limbs[index]) * UInt64(factor) + carry
            limbs[index] = UInt32(truncatingIfNeeded: product)
            carry = product >> 32
        }
        if carry > 0 { limbs.append(UInt32(truncatingIfNeeded: carry)) }
    }

    /// Divides and returns the remainder.
    mutating func divide(by divisor: UInt32) -> UInt32 {
        var remainder: UInt64 = 0
        for index in limbs.indices.reversed() {
            let part = remainder << 32 | UInt64(limbs[index])
            limbs[index] = UInt32(truncatingIfNeeded: part / UInt64(divisor))
            remainder = part % UInt64(divisor)
        }
        trim()
        return UInt32(truncatingIfNeeded: remainder)
    }

    /// Multiplies by a power of 5.
    mutating func multiply(byFiveToThe power: Int) {
        for step in Self.steps(power) { multiply(by: step) }
    }

    /// Divides by a power of 5; returns whether there was a remainder.
    mutating func divide(byFiveToThe power: Int) -> Bool {
        var isInexact = false
        for step in Self.steps(power) where divide(by: step) != 0 { isInexact = true }
        return isInexact
    }

    /// A power of 5 as factors of which each fits a limb.
    private static func steps(_ power: Int) -> [UInt32] {
        let largest: UInt32 = 1_220_703_125
        let rest = (0..<(power % 13)).reduce(into: UInt32(1)) { product, _ in product *= 5 }
        return Array(repeating: largest, count: power / 13) + [rest]
    }

    mutating func shiftLeft(_ count: Int) {
        guard !isZero, count > 0 else { return }
        let bits = UInt32(count % 32)
        if bits > 0 { multiply(by: 1 << bits) }
        limbs.insert(contentsOf: repeatElement(0, count: count / 32), at: 0)
    }

    mutating func shiftRight(_ count: Int) {
        guard count > 0 else { return }
        limbs.removeFirst(min(limbs.count, count / 32))
        let bits = UInt32(count % 32)
        if bits > 0 { _ = divide(by: 1 << bits) }
    }

    mutating func increment() {
        if isZero { limbs = [0] }
        multiply(by: 1, adding: 1)
    }

    /// The digits, most significant first; none for zero.
    var digits: [UInt8] {
        var rest = self
        var digits: [UInt8] = []
        while !rest.isZero {
            var chunk = rest.divide(by: 1_000_000_000)
            for _ in 0..<9 {
                digits.append(UInt8(truncatingIfNeeded: chunk % 10))
                chunk /= 10
            }
        }
        while digits.last == 0 { digits.removeLast() }
        return digits.reversed()
    }

    /// The bytes, most significant first and that one not 0.
    var bytes: [UInt8] {
        let all = limbs.reversed().flatMap { limb in
            stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: limb >> $0) }
        }
        return Array(all.drop { $0 == 0 })
    }

    private mutating func trim() {
        while limbs.last == 0 { limbs.removeLast() }
    }
}
