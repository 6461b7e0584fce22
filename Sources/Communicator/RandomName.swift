/// Names that nobody can guess.
package enum RandomName {
    /// 128 random bits as 32 hexadecimal digits.
    package static func hex(using generator: inout some RandomNumberGenerator) -> String {
        // Each number is a call of the system's.
        [generator.next(), generator.next()].map { (half: UInt64) in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
