internal import Communicator

/// Which ends of a script count as success.
struct ExitPolicy: Sendable, Equatable {
    /// Packer's number for a command whose end nobody saw.
    static let disconnectCode = 2_300_218

    /// The exit codes that are fine; a signal counts as 128 plus its number, a disconnect as
    /// ``disconnectCode``.
    var validExitCodes: [Int]
    /// Whether the script may take the connection down.
    ///
    /// A script that was killed while the connection stood proves no restart: out of memory looks
    /// the same. Who knows better lists the status, 143 for TERM. Whether the connection ended with
    /// it the communicator finds out, and says ``RemoteCmd/ExitStatus/disconnected`` then.
    var expectDisconnect: Bool

    /// Whether a lost connection is an end that counts.
    var acceptsDisconnect: Bool {
        expectDisconnect || validExitCodes.contains(Self.disconnectCode)
    }

    /// What an accepted end means for the steps that follow.
    enum Verdict: Sendable, Equatable {
        /// The machine is still there.
        case finished
        /// The machine is going down or restarting; the next step has to reconnect.
        case disconnected
    }

    /// Accepts an end, or says why not.
    func judge(_ end: ScriptEnd) throws(ShellProvisionerError) -> Verdict {
        let isListed = Self.code(of: end.status).map(validExitCodes.contains) ?? false
        switch end.status {
        case .disconnected:
            guard isListed || expectDisconnect else { throw .disconnected(end) }
            return .disconnected
        case .exited, .signaled:
            guard isListed else { throw .failed(end, allowed: validExitCodes) }
            return .finished
        }
    }

    /// The number by which `valid_exit_codes` knows an end; `nil` for a signal without one.
    static func code(of status: RemoteCmd.ExitStatus) -> Int? {
        switch status {
        case .exited(let code): Int(code)
        case .signaled(let name): signalNumbers[name].map { 128 + $0 }
        case .disconnected: disconnectCode
        }
    }

    /// Signal numbers as shells on Linux count them.
    private static let signalNumbers: [String: Int] = [
        "HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "TRAP": 5, "ABRT": 6, "BUS": 7, "FPE": 8,
        "KILL": 9, "USR1": 10, "SEGV": 11, "USR2": 12, "PIPE": 13, "ALRM": 14, "TERM": 15,
        "STKFLT": 16, "XCPU": 24, "XFSZ": 25, "VTALRM": 26, "PROF": 27, "IO": 29, "PWR": 30,
        "SYS": 31,
    ]
}

/// How a script ended, with what the error text needs.
struct ScriptEnd: Sendable, Equatable {
    /// The script, as the user knows it.
    var script: String
    /// How it ended.
    var status: RemoteCmd.ExitStatus
    /// Why its end was not seen.
    var detail: String?
    /// The last lines it printed.
    var lastLines: [String] = []
}
