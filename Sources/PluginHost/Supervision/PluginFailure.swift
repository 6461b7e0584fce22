package import Processes

/// What went wrong with a plugin as a process, beside what its component says: which plugin, what was
/// found, its last words, what to do.
package struct PluginFailure: Error, Sendable, CustomStringConvertible {
    /// The kind of failure.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The kind's name, stable for logs and tests.
        package let description: String

        /// It could not be started.
        package static let start = Code(description: "start")
        /// It ended before it said where it listens.
        package static let exitedBeforeHandshake = Code(description: "exitedBeforeHandshake")
        /// It did not say where it listens in time.
        package static let handshakeTimeout = Code(description: "handshakeTimeout")
        /// Its first line is none of a plugin.
        package static let handshake = Code(description: "handshake")
        /// It cannot be reached, or somebody else is there.
        package static let connection = Code(description: "connection")
        /// It ended while it was needed.
        package static let crashed = Code(description: "crashed")
        /// It runs, and does not answer.
        package static let unresponsive = Code(description: "unresponsive")
        /// It says what the protocol does not allow.
        package static let protocolViolation = Code(description: "protocolViolation")
    }

    /// The kind of failure.
    package var code: Code
    /// Which plugin.
    package var identity: PluginIdentity
    /// What was found.
    package var detail: String
    /// How it ended, if it has.
    package var end: ChildProcess.End?
    /// The last lines of its error output.
    package var lastLines: [String]
    /// What to do.
    package var remedy: String

    /// A failure made of its parts.
    package init(
        _ code: Code,
        of identity: PluginIdentity,
        _ detail: String,
        end: ChildProcess.End? = nil,
        lastLines: [String] = [],
        remedy: String
    ) {
        self.code = code
        self.identity = identity
        self.detail = detail
        self.end = end
        self.lastLines = lastLines
        self.remedy = remedy
    }

    /// What failed, what was found, what to do.
    package var description: String {
        var text = "plugin \(identity): \(detail)"
        if let end { text += ": \(end.spelledOut)" }
        text += "."
        if !lastLines.isEmpty {
            text +=
                " The last that it said:\n"
                + lastLines.map { "    \($0)\n" }.joined()
        } else {
            text += " "
        }
        return text + remedy
    }
}

extension ChildProcess.End {
    /// For people: `exit status 3`, `signal 11 (segmentation fault)`.
    package var spelledOut: String {
        switch self {
        case .exited(let status): "exit status \(status)"
        case .signaled(let number): "signal \(number)\(SignalName.meaning(of: number))"
        case .lost: "nobody knows how it ended"
        }
    }
}
