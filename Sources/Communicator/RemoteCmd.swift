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

    /// Whether the command may take the connection down, by a restart of the machine for example.
    public var disconnect = Disconnect.unexpected

    /// Whether the far side itself ends the command's process tree when it cannot be reached from
    /// here any more.
    ///
    /// A machine does not end what a lost connection leaves behind: a script would go on, unseen.
    /// With this a watcher beside the command sees the end of the connection and sends the tree
    /// TERM, and KILL five seconds later. The command's standard input is the watcher's then, so
    /// it has to be ``StandardInput/empty``. Communicators that cannot outlive a connection, such as
    /// the local one, need no watcher.
    public var endsWithConnection = false

    /// How long the output may stay open and quiet once the command has ended; `nil` for what the
    /// communicator is set to.
    ///
    /// A background child holds the output of its parent open. When the time is over the command is
    /// done, with a warning; the child lives on.
    public var outputGrace: Duration?

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

    /// What the end of the connection means for a command.
    public enum Disconnect: Sendable, Hashable {
        /// The command was to go on.
        case unexpected
        /// The command may restart the machine or its SSH server.
        ///
        /// When it ends as ``ExitStatus/disconnected``, the communicator's next operation waits for
        /// the machine, at most so long: until a new boot or a new server is proven, or the old one
        /// has proven to stay. A command that TERM, HUP or KILL ended right before the connection
        /// went counts as disconnected too: so does a shutdown end it.
        case expected(returnWithin: Duration)
    }

    /// Where a command's standard input comes from.
    public enum StandardInput: Sendable {
        /// Nothing: the command reads end-of-file at once.
        case empty
        /// These bytes, then end-of-file.
        case bytes([UInt8])
        /// What a source gives for as long as the command runs, then end-of-file.
        ///
        /// When the source throws, the command is ended, with its process tree, and `run` throws the
        /// same: half an input never passes for a whole one.
        case stream(any ByteSource)
        /// Whatever the body of `run` writes with ``RemoteCmd/Execution/write(_:)``.
        case body

        /// Whether there is none.
        public var isEmpty: Bool {
            if case .empty = self { true } else { false }
        }
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

    /// What was seen of the end of a command.
    public struct End: Sendable {
        /// How the command ended.
        public var status: ExitStatus
        /// Why the end was not seen, for ``ExitStatus/disconnected``; else `nil`.
        public var detail: String?
        /// Whether something that the command left behind still held its output open when
        /// ``RemoteCmd/outputGrace`` was over; what that writes later is lost.
        public var leavesOutputOpen: Bool

        /// An end made of its parts.
        public init(_ status: ExitStatus, detail: String? = nil, leavesOutputOpen: Bool = false) {
            self.status = status
            self.detail = detail
            self.leavesOutputOpen = leavesOutputOpen
        }
    }

    /// What a command's `run` gives back.
    public struct Result<Value: Sendable>: Sendable {
        /// How the command ended, and what else was seen of it.
        public var end: End
        /// What the body returned.
        public var value: Value
        /// How the command ended.
        public var status: ExitStatus { end.status }
        /// Why the end was not seen, for ``ExitStatus/disconnected``; else `nil`.
        public var detail: String? { end.detail }

        /// A result made of its parts.
        public init(_ end: End, value: Value) {
            self.end = end
            self.value = value
        }
    }
}
