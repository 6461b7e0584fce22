import Communicator
import Components
import Interpolation
import Processes

/// The one writer of a program's output: lines of builds that run side by side never mix, and the
/// progress line never gets into a line of text.
///
/// Make one for the whole program and give every build a ``ConsoleInterface`` on it.
public actor Screen {
    /// How the output looks.
    public nonisolated let style: OutputStyle
    private let sink: any OutputSink
    private let width: @Sendable () -> Int
    private let wallClock: @Sendable () -> Int64
    private let now: @Sendable () -> ContinuousClock.Instant
    private let onClosed: @Sendable () -> Void
    private let terminal: (any QuestionTerminal)?
    private let questions = Turns()
    private let transfers = LockedValue(Transfers())
    private var secrets: [String] = []
    private var isClosed = false
    private var hasProgressLine = false
    private var held = HeldOutput()

    private struct Transfers {
        var board = TransferBoard()
        /// Whether a task redraws the progress line.
        var isWatched = false
    }

    /// A progress line is redrawn once in so long, however many reports come.
    private static let redrawInterval = Duration.milliseconds(200)

    /// A screen.
    ///
    /// - Parameters:
    ///   - sink: Where the bytes go.
    ///   - style: How they look.
    ///   - terminal: Where questions are asked, or `nil` when nobody can be asked.
    ///   - width: The terminal's width in columns, asked at every redraw.
    ///   - wallClock: Seconds since 1970, for timestamps.
    ///   - now: The clock that transfers are measured by.
    ///   - onClosed: Called once when nobody reads the output any more; later lines vanish. The
    ///     program is expected to cancel its work and to end.
    public init(
        sink: any OutputSink,
        style: OutputStyle,
        terminal: (any QuestionTerminal)? = nil,
        width: @escaping @Sendable () -> Int = { 80 },
        wallClock: @escaping @Sendable () -> Int64,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now },
        onClosed: @escaping @Sendable () -> Void = {}
    ) {
        self.sink = sink
        self.style = style
        // Whoever reads the output with a program does not expect to be asked.
        self.terminal = style.isMachineReadable ? nil : terminal
        self.width = width
        self.wallClock = wallClock
        self.now = now
        self.onClosed = onClosed
    }

    /// Shows `<sensitive>` from now on wherever one of these values would stand.
    ///
    /// A value of several lines is also hidden line by line, as output brings it.
    public func hide(_ values: [String]) {
        let lines = values.flatMap { $0.split { $0.isNewline }.map(String.init) }
        secrets = Set(secrets + values + lines).filter { !$0.isEmpty }.sorted {
            $0.count > $1.count
        }
    }

    /// Whether somebody can be asked.
    public nonisolated var canAsk: Bool { terminal != nil }

    /// A slip of the finger that is shorter would take common letters out of all later output;
    /// neither ssh-keygen nor OpenSSL locks a key with fewer.
    private static let shortestSecret = 4

    /// Asks a question when all earlier ones are answered; what is printed meanwhile is held back.
    func ask(_ question: String, isSecret: Bool) async throws -> String {
        guard let terminal else {
            throw NoAnswer(question, reason: "there is no terminal to ask on")
        }
        let shown = TerminalText.harmless(question, keepsColor: false)
            .split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
        return try await questions.run {
            put("")
            held.begin()
            defer { write(held.end()) }
            let answer = try await terminal.ask(shown, isSecret: isSecret)
            if isSecret, answer.count >= Self.shortestSecret { hide([answer]) }
            return answer
        }
    }

    /// Ends the progress line; call before the program ends.
    public func finish() {
        transfers.withLock { $0.board = TransferBoard() }
        redraw()
    }

    /// Prints a message of the kind `say`, `message` or `error`, whose prefixes are there already.
    ///
    /// While a question waits for its answer, so does what is printed once much is held back.
    func show(_ text: String, kind: String, color: TerminalColor?) async {
        await show(lines: [text], kind: kind, color: color)
    }

    /// Prints messages as ``show(_:kind:color:)`` does one, in one piece where no machine reads.
    func show(lines texts: [String], kind: String, color: TerminalColor?) async {
        while held.isFull {
            await withCheckedContinuation { held.add($0) }
        }
        guard !style.isMachineReadable else {
            for text in texts { emit(target: "", type: "ui", data: [kind, text]) }
            return
        }
        let stamp = style.hasTimestamps ? UTCTime(seconds: wallClock()).rfc3339 + ": " : ""
        var lines = ""
        for text in texts {
            let text = TerminalText.harmless(withoutSecrets(text), keepsColor: style.usesColor)
            if stamp.isEmpty, !style.usesColor {
                lines += text
                lines += "\n"
                continue
            }
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                let whole = stamp + line
                lines += style.usesColor && !line.isEmpty ? color?.paint(whole) ?? whole : whole
                lines += "\n"
            }
        }
        put(lines)
    }

    /// Prints an event where machines read; else nothing.
    func emit(target: String, type: String, data: [String]) {
        guard style.isMachineReadable else { return }
        let data = data.map(withoutSecrets)
        put(MachineReadable.event(at: wallClock(), target: target, type: type, data: data) + "\n")
    }

    /// Notes how far a transfer is; never waits for the output.
    nonisolated func report(_ progress: TransferProgress, of target: String) {
        guard style.isMachineReadable || style.isTerminal else { return }
        let instant = now()
        let (event, isFirst) = transfers.withLock { transfers in
            let event = transfers.board.record(progress, of: target, at: instant)
            let isFirst = !transfers.isWatched && style.isTerminal
            if isFirst { transfers.isWatched = true }
            return (event, isFirst)
        }
        if style.isMachineReadable, let event {
            Task { await emit(target: target, type: "progress", data: event) }
        }
        if isFirst {
            Task { await watchTransfers() }
        }
    }

    /// Forgets what is under way for a build that has failed.
    nonisolated func forgetTransfers(of target: String) {
        transfers.withLock { $0.board.forget(target) }
    }

    /// Draws the progress line anew, or erases it.
    func redraw() {
        let columns = width()
        let instant = now()
        let line = transfers.withLock { $0.board.line(width: columns, at: instant) }
        guard style.isTerminal, line != nil || hasProgressLine, !held.isHolding else { return }
        write("\r" + (line ?? "") + Self.eraseToEnd)
        hasProgressLine = line != nil
    }

    private func withoutSecrets(_ text: String) -> String {
        secrets.reduce(text) { $0.replacing($1, with: "<sensitive>") }
    }

    private static let eraseToEnd = "\u{1B}[K"

    private func watchTransfers() async {
        repeat {
            redraw()
            try? await Task.sleep(for: Self.redrawInterval)
        } while transfers.withLock { transfers in
            transfers.isWatched = !transfers.board.isEmpty
            return transfers.isWatched
        }
        redraw()
    }

    /// Writes whole lines; the progress line makes room and comes back with the next redraw.
    private func put(_ lines: String) {
        write((hasProgressLine ? "\r" + Self.eraseToEnd : "") + lines)
        hasProgressLine = false
    }

    private func write(_ text: String) {
        guard !isClosed, !text.isEmpty, !held.takes(text) else { return }
        do {
            try sink.write(Array(text.utf8))
        } catch {
            isClosed = true
            onClosed()
        }
    }
}
