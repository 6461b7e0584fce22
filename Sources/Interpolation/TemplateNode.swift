import Configuration

/// A piece of a parsed template text.
indirect enum TemplateNode: Sendable {
    /// Text as it is.
    case text(String)
    /// `{{ … }}`; the source is what stands between the braces.
    case action(TemplateExpression, source: String)
    /// `{{if}} … {{else}} … {{end}}`; the source is all of it, braces included, and empty for an
    /// `{{else if}}`, which is nothing without what stands before it.
    case conditional(
        TemplateExpression,
        then: [TemplateNode],
        otherwise: [TemplateNode],
        source: String
    )
}

extension TemplateNode {
    /// Visits every call of a function, inner ones first.
    static func forEachCall(
        in nodes: [TemplateNode],
        _ visit: (TemplateFunction, [TemplateExpression]) -> Void
    ) {
        for node in nodes {
            switch node {
            case .text: break
            case .action(let expression, _): expression.forEachCall(visit)
            case .conditional(let condition, let then, let otherwise, _):
                condition.forEachCall(visit)
                forEachCall(in: then, visit)
                forEachCall(in: otherwise, visit)
            }
        }
    }
}

extension TemplateExpression {
    fileprivate func forEachCall(_ visit: (TemplateFunction, [TemplateExpression]) -> Void) {
        guard case .call(let function, let arguments, _) = self else { return }
        for argument in arguments { argument.forEachCall(visit) }
        visit(function, arguments)
    }
}

/// Something that has a value.
indirect enum TemplateExpression: Sendable {
    /// `"x"`, `12`, `true`.
    case literal(ConfigurationValue)
    /// `.Name`.
    case data(String, TextPosition)
    /// `function argument argument`; a pipeline's earlier stage is its last argument.
    case call(TemplateFunction, [TemplateExpression], TextPosition)
}

/// The functions a template text can call: those of Packer's core, and of Go's what users write.
enum TemplateFunction: String, Sendable, CaseIterable {
    case buildName = "build_name"
    case buildType = "build_type"
    case build, user, env, timestamp, isotime, strftime, uuid, pwd
    case templateDir = "template_dir"
    case packerVersion = "packer_version"
    case lower, upper, replace
    case replaceAll = "replace_all"
    case split, eq, ne, not, and, or

    /// How many arguments it takes.
    var arity: ClosedRange<Int> {
        switch self {
        case .buildName, .buildType, .timestamp, .uuid, .pwd, .templateDir, .packerVersion: 0...0
        case .isotime: 0...1
        case .build, .user, .env, .strftime, .lower, .upper, .not: 1...1
        case .ne: 2...2
        case .replaceAll, .split: 3...3
        case .replace: 4...4
        case .eq: 2...Int.max
        case .and, .or: 1...Int.max
        }
    }

    /// Functions of Packer that exist there and not here, and what to do without them.
    static let refused: [String: String] = [
        "sed": "it is gone from Packer too: use `replace` or `replace_all`",
        "vault": "it is not supported yet: pass the value with -var or {{env}}",
        "consul_key": "it is not supported yet: pass the value with -var or {{env}}",
        "aws_secretsmanager": "it is not supported yet: pass the value with -var or {{env}}",
        "aws_secretsmanager_raw": "it is not supported yet: pass the value with -var or {{env}}",
        "clean_resource_name": "only some cloud builders of Packer have it",
    ]

    /// What Go's text/template has and templates of Packer do not need.
    static let refusedWords: Set<String> = [
        "range", "with", "template", "define", "block", "break", "continue", "print", "printf",
        "println", "len", "index", "slice", "html", "js", "urlquery", "call", "lt", "le", "gt",
        "ge", "nil",
    ]
}
