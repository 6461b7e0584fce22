/// How output is to look.
public struct OutputStyle: Sendable, Equatable {
    /// Whether events are printed instead of text, see ``MachineReadable``.
    public var isMachineReadable: Bool
    /// Whether a person at a terminal reads it: progress is drawn there.
    public var isTerminal: Bool
    /// Whether builds have colours and the far side's own colours pass.
    public var usesColor: Bool
    /// Whether every line begins with the time.
    public var hasTimestamps: Bool

    /// A style made of its parts; plain text without them.
    public init(
        isMachineReadable: Bool = false,
        isTerminal: Bool = false,
        usesColor: Bool = false,
        hasTimestamps: Bool = false
    ) {
        self.isMachineReadable = isMachineReadable
        self.isTerminal = isTerminal
        self.usesColor = usesColor
        self.hasTimestamps = hasTimestamps
    }

    /// The style that fits where the output goes.
    ///
    /// Colours need a terminal that is not `TERM=dumb`, and neither `PACKER_NO_COLOR` nor `NO_COLOR`
    /// set to anything but the empty text; `-color=false` turns them off too.
    ///
    /// - Parameters:
    ///   - isTerminal: Whether the output goes to a terminal.
    ///   - color: What `-color` says; Packer's default is true.
    ///   - isMachineReadable: What `-machine-readable` says.
    ///   - hasTimestamps: What `-timestamp-ui` says.
    ///   - environment: The value of an environment variable by name.
    /// - Returns: The style.
    public static func fitting(
        isTerminal: Bool,
        color: Bool = true,
        isMachineReadable: Bool = false,
        hasTimestamps: Bool = false,
        environment: (String) -> String?
    ) -> OutputStyle {
        let isDumb = environment("TERM") == "dumb"
        let isRefused = ["PACKER_NO_COLOR", "NO_COLOR"].contains { name in
            !(environment(name) ?? "").isEmpty
        }
        let isLive = isTerminal && !isDumb && !isMachineReadable
        return OutputStyle(
            isMachineReadable: isMachineReadable,
            isTerminal: isLive,
            usesColor: isLive && color && !isRefused,
            hasTimestamps: hasTimestamps
        )
    }
}
