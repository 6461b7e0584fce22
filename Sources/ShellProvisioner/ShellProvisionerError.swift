public import Communicator

/// Why a shell provisioner did not do its work.
///
/// The text has three parts: what failed (in Packer's words where Packer has some), what was
/// found, what to do. Values of variables are never part of it.
public struct ShellProvisionerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of failure; new kinds may be added.
    public struct Code: Hashable, Sendable {
        /// The kind's name, stable for logs and tests.
        public let name: String
        /// What a user can do about it.
        public let remedy: String

        /// The script ended with a status that is not allowed.
        public static let scriptFailed = Code(
            name: "scriptFailed",
            remedy: "Correct the script, or list the status in valid_exit_codes if it means "
                + "success."
        )
        /// The end of the script was not seen.
        public static let scriptDisconnected = Code(
            name: "scriptDisconnected",
            remedy: "If nothing was to restart, look at the machine's logs: the script may have "
                + "done a part of its work."
        )
        /// The script could not be brought to the machine or started.
        public static let notStarted = Code(
            name: "notStarted",
            remedy: "Remove the cause named above; the script did not run."
        )
        /// A template could not be rendered.
        public static let notRendered = Code(
            name: "notRendered",
            remedy: "Correct the template; the script did not run."
        )
        /// An environment variable cannot be given to a shell.
        public static let invalidEnvironment = Code(
            name: "invalidEnvironment",
            remedy: "Use names of letters, digits and underscores that do not begin with a digit, "
                + "and values without NUL bytes."
        )
        /// A script on this machine cannot be read.
        public static let scriptUnreadable = Code(
            name: "scriptUnreadable",
            remedy: "Check the path and the permissions of the script."
        )

        /// Every code, for tables and tests.
        public static let all: [Code] = [
            .scriptFailed, .scriptDisconnected, .notStarted, .notRendered, .invalidEnvironment,
            .scriptUnreadable,
        ]
    }

    /// The kind of failure.
    public var code: Code
    /// What failed and what was found.
    public var message: String
    /// The script, as the user named it; `inline` for commands of the template.
    public var script: String?
    /// How the script ended, when it ran.
    public var status: RemoteCmd.ExitStatus?
    /// The last lines of what the script printed, at most 20.
    public var lastLines: [String]
    /// What to do, when something better than the code's own remedy is known.
    public var remedy: String?

    /// An error made of its parts.
    public init(
        _ code: Code,
        _ message: String,
        script: String? = nil,
        status: RemoteCmd.ExitStatus? = nil,
        lastLines: [String] = [],
        remedy: String? = nil
    ) {
        self.code = code
        self.message = message
        self.script = script
        self.status = status
        self.lastLines = lastLines
        self.remedy = remedy
    }

    /// What failed, what was found, what to do.
    public var description: String {
        var text = "\(message) \(remedy ?? code.remedy)"
        if !lastLines.isEmpty {
            text += "\nThe last lines it printed:"
            for line in lastLines { text += "\n    \(line)" }
        }
        return text
    }
}

extension ShellProvisionerError {
    static func failed(_ end: ScriptEnd, allowed: [Int]) -> ShellProvisionerError {
        let allowed = "Allowed exit codes are: [\(allowed.map(String.init).joined(separator: " "))]"
        let found =
            switch (end.status, ExitPolicy.code(of: end.status)) {
            case (.exited(0), _): "Script exited with status 0, which is not allowed."
            case (.signaled(let name), nil): "Script was killed by signal \(name)."
            case (.signaled(let name), let code?):
                "Script exited with non-zero exit status: \(code) (killed by signal \(name))."
            case (_, let code): "Script exited with non-zero exit status: \(code ?? -1)."
            }
        return ShellProvisionerError(
            .scriptFailed,
            "\(found) \(allowed). Script: \(end.script).",
            script: end.script,
            status: end.status,
            lastLines: end.lastLines,
            remedy: remedy(for: end.status)
        )
    }

    static func disconnected(_ end: ScriptEnd) -> ShellProvisionerError {
        let reason = end.detail.map { " (\($0))" } ?? ""
        return ShellProvisionerError(
            .scriptDisconnected,
            """
            Script disconnected unexpectedly. If you expected your script to disconnect, i.e. \
            from a restart, you can try adding "expect_disconnect": true or "valid_exit_codes": \
            [0, \(ExitPolicy.disconnectCode)] to the shell provisioner parameters. \
            Script: \(end.script)\(reason).
            """,
            script: end.script,
            status: end.status,
            lastLines: end.lastLines
        )
    }

    private static func remedy(for status: RemoteCmd.ExitStatus) -> String? {
        switch status {
        case .exited(126):
            "The system refused to run it: remote_folder may be on a file system mounted noexec, "
                + "the interpreter named in the first line may not be executable, or a variable is "
                + "longer than Linux takes (131,072 bytes)."
        case .exited(127):
            "A command was not found: check the interpreter in the script's first line (with "
                + "binary = true a carriage return there counts as part of its name) and PATH."
        default: nil
        }
    }
}
