/// A colour of the terminal's own palette; the raw value is its SGR code (ECMA-48 section 8.3.117).
public enum TerminalColor: Int, Sendable {
    /// Errors.
    case red = 31
    /// The first build.
    case green = 32
    /// The fourth build.
    case yellow = 33
    /// The fifth build.
    case blue = 34
    /// The third build.
    case magenta = 35
    /// The second build.
    case cyan = 36

    /// Packer's order of colours; a sixth build begins again with green.
    private static let cycle: [TerminalColor] = [.green, .cyan, .magenta, .yellow, .blue]

    /// The colour of the build with this number, counted from 0.
    public static func ofBuild(_ number: Int) -> TerminalColor {
        cycle[Int(number.magnitude) % cycle.count]
    }

    /// The text in bold in this colour; what follows it is plain again.
    func paint(_ text: String) -> String {
        "\u{1B}[1;\(rawValue)m\(text)\u{1B}[0m"
    }
}
