internal import Communicator

/// A command wrapped so that its exit status carries its own proof, and its reading back.
///
/// libssh2 before 1.11.2 says status 0 when none arrived, so a raw 0 proves nothing. The wrapper, for
/// any POSIX shell, exits with (status + shift) mod 256; the shift is never 0, so a raw 0 can only
/// mean that no status arrived. The one status that would rotate to 0 ends by an agreed signal.
///
/// The wrapper's first words on standard error are a random token and the process id of the shell,
/// which leads the command's session: proof that the command began, and what to end on a cancel.
/// ``StartMarker`` takes them out; not one other byte of either stream changes.
struct ProvenCommand: Sendable {
    /// Signals that a shell can send itself and that SSH reports by name.
    private static let signals = ["USR1", "USR2"]

    let token: String
    let shift: Int32
    let signal: String
    private let command: [UInt8]

    /// The shift leaves the status that rotates to 0 among those that programs hardly use.
    init(_ command: [UInt8], using generator: inout some RandomNumberGenerator) {
        self.command = command
        shift = Int32.random(in: 20...90, using: &generator)
        signal = Self.signals.randomElement(using: &generator) ?? "USR1"
        token = "packer-" + RandomName.hex(using: &generator)
    }

    /// The text to be executed.
    var text: [UInt8] {
        // The subshell's own report of a killed child goes nowhere: a plain command has none.
        Array("echo \(token) $$ >&2; { (eval ".utf8)
            + ShellWord.quote(bytes: command)
            + Array(
                """
                ) 2>&3 3>&-; } 3>&2 2>/dev/null; s=$?; s=$(((s + \(shift)) % 256)); \
                [ \"$s\" != 0 ] || kill -\(signal) $$; exit \"$s\"
                """.utf8
            )
    }

    /// What the evidence proves.
    func judge(_ evidence: ExitEvidence, hasBegun: Bool) -> RemoteCmd.ExitStatus {
        if let name = evidence.signal {
            return name == signal && hasBegun ? .exited(256 - shift) : .signaled(name)
        }
        if evidence.hasStatus == false { return .disconnected }
        guard evidence.status != 0 else { return .disconnected }
        // A status without a start is the login shell's own: nologin, a forced command.
        guard hasBegun else { return .exited(evidence.status) }
        return .exited((evidence.status - shift + 256) % 256)
    }
}

/// Names that nobody can guess.
enum RandomName {
    /// 128 random bits as 32 hexadecimal digits.
    static func hex(using generator: inout some RandomNumberGenerator) -> String {
        (0..<16).map { _ in
            let byte = UInt8.random(in: .min ... .max, using: &generator)
            return (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
