internal import Components
internal import Processes

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A plugin's error output: every line to the log, the last ones kept.
///
/// Whatever the plugin writes, what is held is bounded: a line to ``maximumLine`` bytes, the last lines to
/// ``keptLines``. It is read as fast as it comes, so that no plugin waits for its log.
final class PluginErrorOutput: Sendable {
    /// How many bytes of a line are shown.
    static let maximumLine = 4096
    /// How many lines are kept for the message about a failure.
    static let keptLines = 10

    private struct State {
        var line: [UInt8] = []
        var isCut = false
        var last: [String] = []
    }
    private let state = LockedValue(State())
    private let log: @Sendable (String) -> Void

    init(log: @escaping @Sendable (String) -> Void) {
        self.log = log
    }

    /// The last lines that were not empty, control characters made harmless.
    var lastLines: [String] { state.withLock { $0.last } }

    /// Reads to the end.
    func read(_ output: PipeReader?) async {
        while let bytes = try? await output?.read() { take(bytes) }
        endLine()
    }

    /// Takes some output.
    func take(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while let end = rest.newline {
            add(rest[..<end])
            endLine()
            rest = rest[(end + 1)...]
        }
        add(rest)
    }

    private func add(_ bytes: ArraySlice<UInt8>) {
        state.withLock { state in
            let room = Self.maximumLine - state.line.count
            state.line += bytes.prefix(room)
            state.isCut = state.isCut || bytes.count > room
        }
    }

    private func endLine() {
        let line: String? = state.withLock { state in
            defer {
                state.line = []
                state.isCut = false
            }
            while let last = state.line.last, last == 0x0D || last == 0x20 || last == 0x09 {
                state.line.removeLast()
            }
            guard !state.line.isEmpty else { return nil }
            let text = String(decoding: state.line, as: UTF8.self)
            let line =
                TerminalText.harmless(text, keepsColor: false) + (state.isCut ? " [...]" : "")
            state.last.append(line)
            if state.last.count > Self.keptLines { state.last.removeFirst() }
            return line
        }
        if let line { log(line) }
    }
}

extension ArraySlice<UInt8> {
    /// Where the first newline is; quick also where the compiler does not optimise.
    fileprivate var newline: Int? {
        unsafe withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress,
                let found = unsafe memchr(start, 0x0A, bytes.count)
            else { return nil }
            return unsafe startIndex + (UnsafeRawPointer(found) - start)
        }
    }
}
