public import Configuration

/// One thing that is wrong with a template or a variable file, and where.
public struct TemplateProblem: Sendable, Equatable, CustomStringConvertible {
    /// The file, as the user named it; empty for the command line.
    public var file: String
    /// Where in the file; `nil` for the file as a whole.
    public var position: SourcePosition?
    /// What is wrong, with its path in the document.
    public var problem: ConfigurationProblem

    /// A problem made of its parts.
    public init(file: String, position: SourcePosition?, problem: ConfigurationProblem) {
        self.file = file
        self.position = position
        self.problem = problem
    }

    /// `template.json:12:5: provisioners[0].inlin: …`.
    public var description: String {
        let place = [file, position?.description ?? ""].filter { !$0.isEmpty }
        return (place.isEmpty ? "" : place.joined(separator: ":") + ": ") + problem.description
    }
}

/// Everything that is wrong with a template, at once.
public struct TemplateErrors: Error, Sendable, Equatable, CustomStringConvertible {
    /// The problems, in the order in which they were found.
    public var problems: [TemplateProblem]

    /// Errors with these problems.
    public init(_ problems: [TemplateProblem]) {
        self.problems = problems
    }

    /// One problem alone.
    init(
        _ message: String,
        remedy: String = "",
        file: String = "",
        at position: SourcePosition? = nil
    ) {
        let problem = ConfigurationProblem(message, remedy: remedy)
        self.init([TemplateProblem(file: file, position: position, problem: problem)])
    }

    /// The problems as a bullet list, as Packer prints them.
    public var description: String {
        problems.count == 1
            ? "\(problems[0])"
            : "\(problems.count) error(s) occurred:\n\n"
                + problems.map { "* \($0)" }.joined(separator: "\n")
    }
}
