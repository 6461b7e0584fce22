/// The command that runs a script: a template with a place for the path and for the variables.
struct ExecuteCommand: Sendable, Equatable {
    /// The command when the user wrote none: no value is ever part of it.
    static let standard = ExecuteCommand(
        template: ". {{.EnvVarFile}} && {{.Path}}"
    )

    /// The template as the user wrote it.
    var template: String

    /// The template rendered with marks in place of its values.
    ///
    /// - Parameter render: Renders a template with these values beside the build's own data.
    /// - Returns: The command, still with its marks.
    func marked(
        render: (_ template: String, _ values: [String: String]) throws -> String
    ) rethrows -> MarkedCommand {
        let marks = MarkedCommand.Marks()
        let text = try render(
            template,
            ["Path": marks.path, "EnvVarFile": marks.environmentFile, "Vars": marks.variables]
        )
        return MarkedCommand(text: text, marks: marks)
    }
}

/// A rendered command that still has marks where paths and variables go.
///
/// Marks, because values are bytes and templates are text, and because the quotes around a value
/// decide whether a shell would read it back.
struct MarkedCommand: Sendable, Equatable {
    /// Words that stand for values; not to be guessed, so that no data can bring them in.
    struct Marks: Sendable, Equatable {
        let path: String
        let environmentFile: String
        let variables: String

        init() {
            path = MarkedText.mark("PATH")
            environmentFile = MarkedText.mark("FILE")
            variables = MarkedText.mark("VARS")
        }
    }

    let text: String
    let marks: Marks

    /// Whether the command reads an environment file.
    var readsEnvironmentFile: Bool {
        !ShellQuoting.contexts(of: marks.environmentFile, in: text).isEmpty
    }

    /// Whether the command names the script at all.
    var namesScript: Bool { !ShellQuoting.contexts(of: marks.path, in: text).isEmpty }

    /// Whether the command holds the variables themselves.
    var namesVariables: Bool { !ShellQuoting.contexts(of: marks.variables, in: text).isEmpty }

    /// The command with its values.
    func filled(_ files: ScriptFiles, variables: [UInt8]) -> [UInt8] {
        MarkedText.filled(
            text,
            [
                (marks.path, Array(RemotePath.word(files.script).utf8)),
                (marks.environmentFile, Array(RemotePath.word(files.environment ?? "").utf8)),
                (marks.variables, variables),
            ]
        )
    }

    /// What a shell would misread in the filled command; empty when nothing.
    ///
    /// - Parameters:
    ///   - environment: The values that `{{.Vars}}` stands for.
    ///   - path: The script's path, or its folder's.
    ///   - folder: The folder of the environment file.
    /// - Returns: A sentence for each.
    func faults(_ environment: EnvironmentFile, path: String, folder: String) -> [String] {
        var faults: [String] = []
        if !namesScript {
            faults.append("execute_command does not name {{.Path}}, so the script would never run.")
        }
        for (mark, name, path) in [
            (marks.path, "{{.Path}}", path), (marks.environmentFile, "{{.EnvVarFile}}", folder),
        ] {
            let quotings = ShellQuoting.contexts(of: mark, in: text)
            guard quotings.contains(where: { $0 != .none }), !ShellQuoting.isPlain(path.utf8)
            else { continue }
            faults.append(
                "execute_command has quotes around \(name), and \(path) gets quotes of its own "
                    + "that would end them. Leave out the quotes around \(name)."
            )
        }
        for quoting in ShellQuoting.contexts(of: marks.variables, in: text) {
            let harmed = environment.variables.filter { !quoting.bears($0.value) }.keys.sorted()
            guard !harmed.isEmpty else { continue }
            let marks = quoting == .single ? "single" : "double"
            faults.append(
                "execute_command has {{.Vars}} between \(marks) quotes, and there a shell misreads "
                    + "the value of \(harmed.joined(separator: ", ")). Leave out these quotes, or "
                    + "have the command read {{.EnvVarFile}} instead of {{.Vars}}."
            )
            break
        }
        return faults
    }
}

extension ShellQuoting {
    /// Whether `A='value' ` means the same here as outside of quotes.
    fileprivate func bears(_ value: [UInt8]) -> Bool {
        switch self {
        case .none: true
        case .single: Self.isPlain(value)
        case .double: !value.contains(where: Set("\"$'\\`".utf8).contains)
        }
    }
}
