internal import Communicator

/// A command wrapped so that its exit status carries its own proof, and its reading back.
///
/// libssh2 before 1.11.2 says status 0 when none arrived, so a raw 0 proves nothing. The wrapper, for
/// any POSIX shell, exits with (status + shift) mod 256; the shift is never 0, so a raw 0 can only
/// mean that no status arrived. The one status that would rotate to 0 ends by an agreed signal.
///
/// The wrapper's first words on standard error are a random token and the process id of the shell,
/// which leads the command's session: proof that the command began, and what to end on a cancel.
/// ``StartMarker`` takes them out; no other byte of what the command writes changes. (A login shell
/// that reports a killed child, "Killed", may do so where it would have replaced itself before.)
struct ProvenCommand: Sendable {
    /// How the one status that would rotate to 0 is told.
    ///
    /// SSH reports this signal by name, it dumps no core, and next to nobody sends it to a shell.
    /// Who does is told that status: a failure still.
    private static let signal = "ALRM"

    /// How many seconds the tree of a command has between TERM and KILL when its connection ends.
    private static let watcherGrace = 5

    let token: String
    let shift: Int32
    private let command: [UInt8]
    private let endsWithConnection: Bool

    /// A command to prove; `endsWithConnection` puts a watcher beside it, which has the standard
    /// input (``RemoteCmd/endsWithConnection``).
    ///
    /// The shift leaves the status that rotates to 0 among those that programs hardly use.
    init(_ command: [UInt8], endsWithConnection: Bool = false) {
        self.command = command
        self.endsWithConnection = endsWithConnection
        shift = Int32.random(in: 20...90)
        token = "packer-" + RandomName.hex()
    }

    /// The text to be executed.
    var text: [UInt8] {
        // What the outer shell itself would say of a killed subshell goes nowhere.
        // The redirections stand within the subshell: before it, dash and busybox lose them.
        Array(
            "echo \(token) $$ >&2; { \(watchers.begin)(exec 2>&3 3>&-\(watchers.leave); eval ".utf8
        )
            // With a space before it no command is taken for an option of eval.
            + ShellWord.quote(bytes: [0x20] + command)
            + Array(
                """
                ); s=$?; \(watchers.end)} 3>&2 2>/dev/null\(watchers.give); \
                s=$(((s + \(shift)) % 256)); \
                [ \"$s\" != 0 ] || kill -\(Self.signal) $$; exit \"$s\"
                """.utf8
            )
    }

    /// The parts of the wrapper that start a watcher, keep its input from the command, end it, and
    /// give it the session's standard input.
    private var watchers: (begin: String, leave: String, end: String, give: String) {
        guard endsWithConnection else { return ("", "", "", "") }
        let script = ProcessTreeEnd.watcher(grace: Self.watcherGrace)
        return (
            "sh -c '\(script)' sh $$ <&4 4<&- >/dev/null 3>&- & w=$!; ",
            " 4<&-",
            "kill -KILL $w; wait $w; ",
            " 4<&0 </dev/null"
        )
    }

    /// What the evidence proves.
    func judge(_ evidence: ExitEvidence, hasBegun: Bool) -> RemoteCmd.ExitStatus {
        if let name = evidence.signal {
            return name == Self.signal && hasBegun ? .exited(256 - shift) : .signaled(name)
        }
        if evidence.hasStatus == false { return .disconnected }
        guard evidence.status != 0 else { return .disconnected }
        // A status without a start is the login shell's own: nologin, a forced command. One that no
        // shell exits with is not the wrapper's either.
        guard hasBegun, (1...255).contains(evidence.status) else { return .exited(evidence.status) }
        return .exited((evidence.status - shift + 256) % 256)
    }
}
