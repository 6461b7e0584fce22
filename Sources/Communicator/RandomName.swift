/// Names that nobody can guess.
package enum RandomName {
    /// 128 random bits as 32 hexadecimal digits.
    package static func hex() -> String {
        // Each number is a call of the system's.
        [UInt64.random(in: .min ... .max), .random(in: .min ... .max)].map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
