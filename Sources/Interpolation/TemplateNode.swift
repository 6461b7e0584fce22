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
    case cleanResourceName = "clean_resource_name"
    case vault, sed
    case consulKey = "consul_key"
    case awsSecretsmanager = "aws_secretsmanager"
    case awsSecretsmanagerRaw = "aws_secretsmanager_raw"

    /// How many arguments it takes.
    var arity: ClosedRange<Int> {
        switch self {
        case .buildName, .buildType, .timestamp, .uuid, .pwd, .templateDir, .packerVersion: 0...0
        case .isotime: 0...1
        case .build, .user, .env, .strftime, .lower, .upper, .not, .cleanResourceName,
            .consulKey, .awsSecretsmanagerRaw:
            1...1
        case .awsSecretsmanager: 1...2
        case .ne, .vault, .sed: 2...2
        case .replaceAll, .split: 3...3
        case .replace: 4...4
        case .eq: 2...Int.max
        case .and, .or: 1...Int.max
        }
    }

    /// What somebody can have meant who wrote a name that does not exist.
    static let suggestions: [String] = allCases.filter {
        ![.cleanResourceName, .vault, .sed, .consulKey, .awsSecretsmanager, .awsSecretsmanagerRaw]
            .contains($0)
    }.map(\.rawValue)

    /// What Go's text/template has and templates of Packer do not need.
    static let refusedWords: Set<String> = [
        "range", "with", "template", "define", "block", "break", "continue", "print", "printf",
        "println", "len", "index", "slice", "html", "js", "urlquery", "call", "lt", "le", "gt",
        "ge", "nil",
    ]
}
