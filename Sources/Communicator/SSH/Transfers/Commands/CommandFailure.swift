import Communicator

/// Makes errors of what commands on the far side say; all of them run with `LC_ALL=C`.
struct CommandFailure {
    let operation: String
    let path: BytePath

    init(_ operation: String, _ path: BytePath) {
        self.operation = operation
        self.path = path
    }

    /// An error whose code a script found out, or with `text` one whose words tell it.
    func error(code: String, _ detail: String) -> CommunicatorError {
        let known = CommunicatorError.Code.all.first { $0.name == code }
        return make(known ?? Self.code(of: detail) ?? .transferFailed, detail)
    }

    /// An error for a command that ended like this.
    func error(_ detail: String, _ status: RemoteCmd.ExitStatus) -> CommunicatorError {
        switch status {
        case .disconnected: make(.disconnected, detail)
        // "No such file" is then the command itself, as `env` says it.
        case .exited(126), .exited(127): make(.unsupported, detail)
        case .exited, .signaled: make(Self.code(of: detail) ?? .transferFailed, detail)
        }
    }

    /// The error itself.
    func make(_ code: CommunicatorError.Code, _ detail: String) -> CommunicatorError {
        CommunicatorError(code, operation: operation, target: "\(path)", detail: detail)
    }

    /// The last words of a command, printable, or else its status.
    static func detail(_ message: [UInt8], _ status: RemoteCmd.ExitStatus) -> String {
        let shown = text(message)
        return shown.isEmpty ? "the command on the machine ended with \(status)" : shown
    }

    /// What a command said on one line, printable.
    static func text(_ message: [UInt8]) -> String {
        let lines = message.prefix(1_024).split(separator: 0x0A)
        return lines.map { BytePath.display(Array($0)) }.joined(separator: "; ")
    }

    /// What the words of the C locale mean; the shells' own are among them.
    private static func code(of detail: String) -> CommunicatorError.Code? {
        let words: [(String, CommunicatorError.Code)] = [
            ("No space left on device", .noSpace), ("uota exceeded", .noSpace),
            ("ermission denied", .permissionDenied), ("not permitted", .permissionDenied),
            ("ead-only file system", .permissionDenied), ("s a directory", .isDirectory),
            ("ot a directory", .notDirectory), ("No such file", .noSuchFile),
            ("nonexistent", .noSuchFile), ("ot a regular file", .transferFailed),
        ]
        return words.first { detail.contains($0.0) }?.1
    }
}
