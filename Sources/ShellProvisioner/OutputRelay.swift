internal import Communicator
internal import Components

/// Shows a command's output as it comes, and remembers its end for the error text.
struct OutputRelay {
    private var standardOutput = LineSplitter()
    private var standardError = LineSplitter()
    private(set) var tail = OutputTail()
    private let ui: any UserInterface

    init(to ui: any UserInterface) {
        self.ui = ui
    }

    /// Shows everything until both streams have ended.
    mutating func relay(_ output: RemoteCmd.Output, since start: Stopwatch) async throws {
        for try await chunk in output {
            await show(chunk, elapsed: start.elapsed)
        }
        await finish()
    }

    /// What to tell of a script that has ended while something held its output open.
    static func openOutputWarning(
        of script: String,
        after status: RemoteCmd.ExitStatus
    ) -> String {
        "Warning: script \(script) has ended (\(status)), but a process that it left in the "
            + "background still holds its output open. The build goes on; what that process "
            + "writes from now on is lost. Send its output to a file, or raise output_grace."
    }

    private mutating func show(_ chunk: RemoteCmd.OutputChunk, elapsed: Duration) async {
        switch chunk {
        case .standardOutput(let bytes):
            await say(standardOutput.append(bytes, elapsed: elapsed))
        case .standardError(let bytes):
            await complain(standardError.append(bytes, elapsed: elapsed))
        }
    }

    private mutating func finish() async {
        await say(standardOutput.finish())
        await complain(standardError.finish())
    }

    private mutating func say(_ lines: [String]) async {
        guard !lines.isEmpty else { return }
        tail.append(lines)
        await ui.say(lines: lines)
    }

    private mutating func complain(_ lines: [String]) async {
        guard !lines.isEmpty else { return }
        tail.append(lines)
        await ui.error(lines: lines)
    }
}

/// The last lines of an output, each cut to a bearable length.
struct OutputTail: Sendable, Equatable {
    /// How many lines are kept.
    static let lineLimit = 20
    /// How many characters of a line are kept.
    static let lengthLimit = 500

    private(set) var lines: [String] = []

    mutating func append(_ line: String) { append([line]) }

    mutating func append(_ more: [String]) {
        // Of many only the last can stay.
        lines += more.suffix(Self.lineLimit).map { String($0.prefix(Self.lengthLimit)) }
        lines.removeFirst(max(0, lines.count - Self.lineLimit))
    }
}
