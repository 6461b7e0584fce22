/// A command for a machine: what to run, not yet running.
///
/// The text is given to the machine's shell as it is; quoting is the caller's, see
/// ``ShellWord/quote(_:)``.
public struct RemoteCmd: Sendable {
    /// The shell text, as the bytes that are sent.
    public var text: [UInt8]

    /// Where the command's standard input comes from.
    public var standardInput: StandardInput

    /// How long the command may run, measured on a monotonic clock; `nil` for no limit.
    ///
    /// When it passes, the process tree is ended and `run` throws `.deadlineExceeded`.
    public var deadline: Duration?

    /// What is told to the log instead of the text, for commands that carry secrets.
    public var label: String?

    /// A command whose text is a string.
    public init(
        _ text: String,
        standardInput: StandardInput = .empty,
        deadline: Duration? = nil,
        label: String? = nil
    ) {
        self.init(
            bytes: Array(text.utf8),
            standardInput: standardInput,
            deadline: deadline,
            label: label
        )
    }

    /// A command whose text need not be UTF-8.
    public init(
        bytes: [UInt8],
        standardInput: StandardInput = .empty,
        deadline: Duration? = nil,
        label: String? = nil
    ) {
        self.text = bytes
        self.standardInput = standardInput
        self.deadline = deadline
        self.label = label
    }

    /// Where a command's standard input comes from.
    public enum StandardInput: Sendable {
        /// Nothing: the command reads end-of-file at once.
        case empty
        /// These bytes, then end-of-file.
        case bytes([UInt8])
        /// Whatever the body of `run` writes with ``RemoteCmd/Execution/write(_:)``.
        case body
    }

    /// How a command ended.
    public enum ExitStatus: Sendable, Hashable, CustomStringConvertible {
        /// It exited with this code, 0 to 255, and the code was seen.
        case exited(Int32)
        /// A signal killed it; the name is without `SIG`, as in RFC 4254 section 6.10.
        case signaled(String)
        /// Its end was not seen: the connection or the session ended first.
        case disconnected

        /// Whether the command is known to have exited with 0.
        public var isSuccess: Bool { self == .exited(0) }

        /// The end, as a clause.
        public var description: String {
            switch self {
            case .exited(let code): "exit status \(code)"
            case .signaled(let name): "killed by signal \(name)"
            case .disconnected: "disconnected before its end was seen"
            }
        }
    }

    /// What a command's `run` gives back.
    public struct Result<Value: Sendable>: Sendable {
        /// How the command ended.
        public var status: ExitStatus
        /// What the body returned.
        public var value: Value
        /// Why the end was not seen, for ``ExitStatus/disconnected``; else `nil`.
        public var detail: String?

        /// A result made of its parts.
        public init(status: ExitStatus, value: Value, detail: String? = nil) {
            self.status = status
            self.value = value
            self.detail = detail
        }
    }
}
