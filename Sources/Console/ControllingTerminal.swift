import Components
import Processes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The terminal that this process belongs to, `/dev/tty`, wherever its output goes.
///
/// Keys that would end or stop the program without its knowing (Ctrl-\\, Ctrl-Z) do nothing during a
/// secret question: the terminal would be left without its echo. Ctrl-C works as ever.
public struct ControllingTerminal: QuestionTerminal {
    private static let path = "/dev/tty"

    /// The terminal, or `nil` when this process has none, or runs in its background: who asks there
    /// is stopped.
    public init?() {
        guard let terminal = Self.open(),
            terminal.withNumber({ tcgetpgrp($0) }) == getpgrp()
        else { return nil }
    }

    /// Shows the question and waits for a line; no thread waits with it.
    @concurrent
    public func ask(_ question: String, isSecret: Bool) async throws -> String {
        guard let terminal = Self.open() else {
            throw NoAnswer(question, reason: "\(Self.path) cannot be opened any more")
        }
        let input = TerminalInput(terminal)
        guard isSecret else {
            try await input.write(question)
            return try await line(from: input, question)
        }
        guard let echo = TerminalEcho(turningOff: terminal) else {
            throw NoAnswer(question, reason: "the terminal's echo cannot be turned off")
        }
        defer {
            echo.restore()
            // The typed line's end was not shown either.
            input.writeNow("\n")
        }
        try await input.write(question)
        return try await line(from: input, question)
    }

    /// Gives the terminal back its echo if a question is being asked; for a program that ends at
    /// once.
    public static func restore() { TerminalEcho.restoreCurrent() }

    private func line(from input: TerminalInput, _ question: String) async throws -> String {
        guard let bytes = try await input.line() else {
            throw NoAnswer(question, reason: "the terminal's input has ended")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func open() -> Descriptor? {
        let number = unsafe systemOpen(path, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        return number < 0 ? nil : Descriptor(owning: number)
    }
}

/// `open(2)` under a name that the method of the same name does not hide.
private func systemOpen(_ path: UnsafePointer<CChar>, _ flags: Int32) -> Int32 {
    unsafe open(path, flags)
}
