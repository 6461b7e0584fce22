import Configuration

/// A text with Go template actions in it, in the subset that Packer's users write.
///
/// ```swift
/// let text = try TemplateText("{{user `name` | upper}}-{{timestamp}}")
/// let name = try text.render(with: InterpolationContext(userVariables: ["name": "web"]))
/// ```
///
/// Understood are `.Name`, Packer's functions, `eq`, `ne`, `not`, `and`, `or`, pipelines,
/// parentheses, comments, `{{- -}}` and `if`/`else if`/`else`/`end`.
public struct TemplateText: Sendable {
    private let nodes: [TemplateNode]

    /// Parses a text.
    ///
    /// - Throws: `InterpolationError` with line and column, for what is not understood.
    public init(_ text: String) throws {
        guard text.utf8.contains(UInt8(ascii: "{")) else {
            nodes = text.isEmpty ? [] : [.text(text)]
            return
        }
        var parser = try TemplateParser(text)
        nodes = try parser.nodes()
    }

    /// Whether there is anything to render.
    public var isPlain: Bool {
        nodes.allSatisfy { if case .text = $0 { true } else { false } }
    }

    /// The text with its actions replaced by what they stand for.
    ///
    /// Actions that use `{{build}}` stay as they are while the context has no build yet.
    ///
    /// - Returns: The rendered text.
    /// - Throws: `InterpolationError` with line and column.
    public func render(with context: InterpolationContext) throws -> String {
        try TemplateEvaluation(context: context).render(nodes)
    }

    /// The user variables whose names the text spells out, each once, in the order of their use.
    public var userVariables: [String] {
        var names: [String] = []
        TemplateNode.forEachCall(in: nodes) { function, arguments in
            guard
                function == .user, case .literal(.string(let name))? = arguments.first,
                !names.contains(name)
            else { return }
            names.append(name)
        }
        return names
    }
}
