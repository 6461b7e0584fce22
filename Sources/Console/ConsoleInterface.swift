public import Communicator
public import Components

/// What one build says on a ``Screen``, in Packer's look.
///
/// `say` begins with `==> name: `, `message` with `    name: `, every line of a text on its own.
public struct ConsoleInterface: UserInterface {
    private let screen: Screen
    private let target: String
    private let hasPrefix: Bool
    private let color: TerminalColor?

    /// An interface for a build.
    ///
    /// - Parameters:
    ///   - screen: Where it is said.
    ///   - target: The build's name; empty for what concerns all builds.
    ///   - hasPrefix: Whether lines begin with the build's name; the lines about a build's end in
    ///     Packer's output do not.
    ///   - color: The build's colour, where colours are on.
    public init(
        _ screen: Screen,
        target: String = "",
        hasPrefix: Bool = true,
        color: TerminalColor? = nil
    ) {
        self.screen = screen
        self.target = target
        self.hasPrefix = hasPrefix && !target.isEmpty
        self.color = color
    }

    /// The same build's interface without the name before each line.
    public var withoutPrefix: ConsoleInterface {
        ConsoleInterface(screen, target: target, hasPrefix: false, color: color)
    }

    /// Says something new, or a line of a command's standard output.
    public func say(_ text: String) async {
        await screen.show(prefixed(text, "==>"), kind: "say", color: color)
    }

    /// Says the lines in one piece, where no machine reads them.
    public func say(lines: [String]) async {
        await screen.show(
            lines: lines.map { prefixed($0, "==>") },
            kind: "say",
            color: color
        )
    }

    /// Says the lines in one piece, where no machine reads them.
    public func error(lines: [String]) async {
        screen.forgetTransfers(of: target)
        await screen.show(
            lines: lines.map { prefixed($0, "==>") },
            kind: "error",
            color: .red
        )
    }

    /// Says something more about what goes on.
    public func message(_ text: String) async {
        await screen.show(prefixed(text, "   "), kind: "message", color: color)
    }

    /// Says what went wrong, or a line of a command's standard error; red where colours are on.
    public func error(_ text: String) async {
        // A transfer that fails need not report its end.
        screen.forgetTransfers(of: target)
        await screen.show(prefixed(text, "==>"), kind: "error", color: .red)
    }

    /// Says something to machines only.
    public func machine(_ type: String, _ data: [String]) async {
        await screen.emit(target: target, type: type, data: data)
    }

    /// Asks the person at the screen's terminal; other output waits for the answer.
    ///
    /// - Throws: `NoAnswer` where there is no terminal, or machines read the output.
    public func ask(_ question: String, isSecret: Bool) async throws -> String {
        try await screen.ask(question, isSecret: isSecret)
    }

    /// Shows how far a transfer is, once it lasts longer than two seconds.
    public func report(_ progress: TransferProgress) {
        screen.report(progress, of: target)
    }

    private func prefixed(_ text: String, _ arrow: String) -> String {
        guard hasPrefix else { return text }
        if let last = text.utf8.last, (0x21..<0x7F).contains(last), !text.utf8.contains(0x0A) {
            return "\(arrow) \(target): \(text)"
        }
        var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
            .map { "\(arrow) \(target): \($0)" }
        // Packer leaves no blanks behind the last line.
        while let last = lines.last?.last, last.isWhitespace { lines[lines.count - 1].removeLast() }
        return lines.joined(separator: "\n")
    }
}
