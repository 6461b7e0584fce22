/// Amounts as a progress line shows them.
enum DisplayFigures {
    /// Bytes with one decimal in the largest binary unit that fits: `45.2 MiB`, `512 B`.
    static func bytes(_ count: UInt64) -> String {
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB"]
        guard count >= 1_024 else { return "\(count) B" }
        var size = Double(count) / 1_024
        var unit = 0
        while size >= 1_023.95, unit < units.count - 1 {
            size /= 1_024
            unit += 1
        }
        let tenths = Int64((size * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }

    /// How much of `total` is done, in whole percent, never over 100; rounded down.
    static func percent(_ completed: UInt64, of total: UInt64) -> UInt64 {
        guard total > 0, completed < total else { return 100 }
        return UInt64(Double(completed) / Double(total) * 100)
    }
}

/// How many columns of a terminal text takes, near enough for cutting a line.
enum DisplayWidth {
    /// The columns of the text: two for East Asian wide characters and emoji, else one.
    static func columns(_ text: String) -> Int {
        text.reduce(0) { $0 + columns($1) }
    }

    /// The beginning of the text that fits.
    static func head(_ text: String, columns limit: Int) -> String {
        String(fitting(text, columns: limit))
    }

    /// The end of the text that fits, with `…` before it when something is missing.
    static func tail(_ text: String, columns limit: Int) -> String {
        guard columns(text) > limit else { return text }
        guard limit > 1 else { return "" }
        return "…" + String(fitting(String(text.reversed()), columns: limit - 1).reversed())
    }

    private static func fitting(_ text: String, columns limit: Int) -> [Character] {
        var used = 0
        return Array(
            text.prefix { character in
                used += columns(character)
                return used <= limit
            }
        )
    }

    private static func columns(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        switch first.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default:
            return 1
        }
    }
}
