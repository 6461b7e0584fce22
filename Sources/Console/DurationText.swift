import Configuration

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
    public var clockText: String { Duration.seconds(max(0, components.seconds)).goText }
}
