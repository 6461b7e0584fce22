/// Times as people and RFC 3339 write them.
public enum Timestamp {
    /// Seconds since 1970 as `2026-11-22T15:01:36Z`.
    public static func rfc3339(_ seconds: Int64) -> String {
        let (days, second) = seconds.flooredDivision(by: 86_400)
        // Days to a date by eras of 400 years that begin on 1 March, so that leap days come last.
        let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let date = "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))"
        return date
            + "T\(pad(second / 3_600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2))Z"
    }

    private static func pad(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Int64 {
    /// Quotient and remainder where the remainder is never negative.
    fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let remainder = (self % divisor + divisor) % divisor
        return ((self - remainder) / divisor, remainder)
    }
}

extension Duration {
    /// The duration as Packer prints it: its two largest parts, as `2 seconds 5 milliseconds`.
    public var spelledOut: String {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return "0 seconds" }
        let units: [(Int64, String)] = [
            (seconds / 604_800, "week"), (seconds / 86_400 % 7, "day"),
            (seconds / 3_600 % 24, "hour"), (seconds / 60 % 60, "minute"),
            (seconds % 60, "second"), (attoseconds / 1_000_000_000_000_000, "millisecond"),
            (attoseconds / 1_000_000_000_000 % 1_000, "microsecond"),
        ]
        let parts = units.filter { $0.0 > 0 }.prefix(2).map { count, unit in
            "\(count) \(unit)\(count == 1 ? "" : "s")"
        }
        return parts.isEmpty ? "0 seconds" : parts.joined(separator: " ")
    }

    /// The duration as Go writes it, to the second: `5m0s`, `1h2m3s`, `40s`.
    public var clockText: String {
        let whole = max(0, components.seconds)
        let (hours, minutes, seconds) = (whole / 3_600, whole / 60 % 60, whole % 60)
        if hours > 0 { return "\(hours)h\(minutes)m\(seconds)s" }
        return minutes > 0 ? "\(minutes)m\(seconds)s" : "\(seconds)s"
    }
}
