/// One thing that is wrong with a configuration.
public struct ConfigurationProblem: Sendable, Equatable, CustomStringConvertible {
    /// Where; relative to what was decoded.
    public var path: ConfigurationPath
    /// What is wrong, with what was found, in Packer's words where Packer has some.
    public var message: String
    /// What to do about it; empty when the message says it already.
    public var remedy: String

    /// A problem made of its parts.
    public init(_ message: String, at path: ConfigurationPath = .init(), remedy: String = "") {
        self.path = path
        self.message = message
        self.remedy = remedy
    }

    /// Where, what, and what to do.
    public var description: String {
        let place = path.steps.isEmpty ? "" : "\(path): "
        guard !remedy.isEmpty else { return place + message }
        let isSentence = message.last.map { ".?!".contains($0) } ?? true
        return place + message + (isSentence ? " " : "; ") + remedy
    }
}

/// Everything that is wrong with a configuration, at once.
public struct ConfigurationErrors: Error, Sendable, Equatable, CustomStringConvertible {
    /// The problems, in the order in which they were found.
    public var problems: [ConfigurationProblem]

    /// Errors with these problems.
    public init(_ problems: [ConfigurationProblem]) {
        self.problems = problems
    }

    /// One problem alone.
    public init(_ message: String, at path: ConfigurationPath = .init(), remedy: String = "") {
        self.init([ConfigurationProblem(message, at: path, remedy: remedy)])
    }

    /// The problems as a bullet list, as Packer prints them.
    public var description: String {
        problems.count == 1
            ? "\(problems[0])"
            : "\(problems.count) error(s) occurred:\n\n"
                + problems.map { "* \($0)" }.joined(separator: "\n")
    }
}
