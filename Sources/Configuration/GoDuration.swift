/// Text that is no duration in Go's notation; the message is Go's.
public struct GoDurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, as Go says it.
    public var message: String
    /// What to write instead.
    public var remedy: String

    /// The message and the remedy.
    public var description: String { remedy.isEmpty ? message : "\(message); \(remedy)" }
}

extension Duration {
    /// Reads Go's notation (`time.ParseDuration`): `10s`, `1h30m`, `1.5h`, `300ms`, `-2m`, `0`.
    ///
    /// - Throws: `GoDurationError` in Go's words; also for what does not fit 64 bits of nanoseconds
    ///   (about 292 years).
    public init(goText text: String) throws(GoDurationError) {
        let invalid = GoDurationError(
            message: "time: invalid duration \(text.goQuoted)",
            remedy: "write it like \"1h30m\" or \"10s\""
        )
        var rest = Substring(text).unicodeScalars
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest.removeFirst() }
        guard !rest.isEmpty else { throw invalid }
        var total: Int64 = 0
        if Substring(rest) == "0" {
            self = .zero
            return
        }
        while !rest.isEmpty {
            guard let (number, numberEnd) = Self.decimal(rest) else { throw invalid }
            rest = rest[numberEnd...]
            let unit = String(Substring(rest.prefix { $0 != "." && !("0"..."9").contains($0) }))
            guard !unit.isEmpty else {
                throw GoDurationError(
                    message: "time: missing unit in duration \(text.goQuoted)",
                    remedy: "write \"\(text)s\" for seconds"
                )
            }
            guard let scale = Self.goUnits[unit] else {
                throw GoDurationError(
                    message: "time: unknown unit \(unit.goQuoted) in duration \(text.goQuoted)",
                    remedy: "the units are h, m, s, ms, us and ns"
                )
            }
            rest = rest.dropFirst(unit.unicodeScalars.count)
            guard let part = number.nanoseconds(of: scale) else { throw invalid }
            let (sum, overflow) = total.addingReportingOverflow(part)
            guard !overflow else { throw invalid }
            total = sum
        }
        self = .nanoseconds(isNegative ? -total : total)
    }

    /// The duration as Go prints it: `5m0s`, `1.5s`, `300ms`, `0s`.
    ///
    /// Nanoseconds beyond 64 bits are cut to the largest that fit.
    public var goText: String {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (nanoseconds, overflows) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        let total =
            overflow || overflows ? (seconds < 0 ? -Int64.max : .max) : nanoseconds
        let sign = total < 0 ? "-" : ""
        let size = total.magnitude
        switch size {
        case 0: return "0s"
        case ..<1000: return "\(sign)\(size)ns"
        case ..<1_000_000: return sign + Self.fixed(size, digits: 3) + "µs"
        case ..<1_000_000_000: return sign + Self.fixed(size, digits: 6) + "ms"
        default:
            let minutes = size / 60_000_000_000
            let rest = Self.fixed(size % 60_000_000_000, digits: 9) + "s"
            if minutes == 0 { return sign + rest }
            return sign + (minutes < 60 ? "\(minutes)m" : "\(minutes / 60)h\(minutes % 60)m") + rest
        }
    }

    private static var goUnits: [String: Int64] {
        [
            "ns": 1, "us": 1000, "µs": 1000, "μs": 1000, "ms": 1_000_000, "s": 1_000_000_000,
            "m": 60_000_000_000, "h": 3_600_000_000_000,
        ]
    }

    /// `value` with its last `digits` digits behind the point, trailing zeros left out.
    private static func fixed(_ value: UInt64, digits: Int) -> String {
        let scale = (0..<digits).reduce(UInt64(1)) { power, _ in power * 10 }
        var fraction = String(value % scale)
        fraction = String(repeating: "0", count: digits - fraction.count) + fraction
        while fraction.last == "0" { fraction.removeLast() }
        return String(value / scale) + (fraction.isEmpty ? "" : ".\(fraction)")
    }

    private struct Decimal {
        var whole: Int64
        var fraction: Double

        func nanoseconds(of unit: Int64) -> Int64? {
            let (large, overflow) = whole.multipliedReportingOverflow(by: unit)
            let small = Int64(fraction * Double(unit))
            let (sum, overflows) = large.addingReportingOverflow(small)
            return overflow || overflows ? nil : sum
        }
    }

    /// Digits with at most one point, at least one digit, that fit.
    private static func decimal(
        _ text: Substring.UnicodeScalarView
    ) -> (Decimal, String.Index)? {
        let digits = text.prefix { ("0"..."9").contains($0) }
        var end = digits.endIndex
        var fraction = Substring.UnicodeScalarView()
        if end < text.endIndex, text[end] == "." {
            fraction = text[text.index(after: end)...].prefix { ("0"..."9").contains($0) }
            end = text.index(end, offsetBy: 1 + fraction.count)
        }
        guard !digits.isEmpty || !fraction.isEmpty else { return nil }
        guard let whole = digits.isEmpty ? 0 : Int64(String(digits)) else { return nil }
        return (Decimal(whole: whole, fraction: Double("0.\(String(fraction))0") ?? 0), end)
    }
}
