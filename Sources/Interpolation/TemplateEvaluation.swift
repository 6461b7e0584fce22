import Configuration

/// One rendering of a template text.
struct TemplateEvaluation {
    let context: InterpolationContext

    /// Thrown where a value is known at run time only.
    private struct Deferred: Error {}

    func render(_ nodes: [TemplateNode]) throws -> String {
        var text = ""
        for node in nodes {
            switch node {
            case .text(let piece): text += piece
            case .action(let expression, let source):
                do {
                    text += try printed(value(of: expression), expression)
                } catch is Deferred {
                    text += "{{\(source)}}"
                }
            case .conditional(let condition, let then, let otherwise, let source):
                do {
                    text += try render(Self.isTrue(value(of: condition)) ? then : otherwise)
                } catch let deferred as Deferred {
                    guard !source.isEmpty else { throw deferred }
                    text += source
                }
            }
        }
        return text
    }

    private func printed(
        _ value: ConfigurationValue,
        _ expression: TemplateExpression
    ) throws -> String {
        guard let text = value.templateText else {
            throw InterpolationError("\(value.kind) cannot be part of a text")
        }
        return text
    }

    /// Go's truth: empty text, 0 and false are false.
    private static func isTrue(_ value: ConfigurationValue) -> Bool {
        switch value {
        case .null: false
        case .bool(let truth): truth
        case .integer(let number): number != 0
        case .number(let number): number != 0
        case .string(let text): !text.isEmpty
        case .list(let list): !list.isEmpty
        case .map(let map): !map.isEmpty
        }
    }

    private func value(of expression: TemplateExpression) throws -> ConfigurationValue {
        switch expression {
        case .literal(let value): return value
        case .data(let name, let position): return try datum(name, at: position)
        case .call(.and, let arguments, _):
            return try firstOrLast(arguments) { !Self.isTrue($0) }
        case .call(.or, let arguments, _): return try firstOrLast(arguments, Self.isTrue)
        case .call(let function, let arguments, let position):
            let values = try arguments.map { try value(of: $0) }
            do {
                return try call(function, values)
            } catch var error as InterpolationError {
                if error.line == 0 { (error.line, error.column) = (position.line, position.column) }
                throw error
            }
        }
    }

    /// Go's `and` and `or`: the first argument that decides, evaluated no further, else the last.
    private func firstOrLast(
        _ arguments: [TemplateExpression],
        _ decides: (ConfigurationValue) -> Bool
    ) throws -> ConfigurationValue {
        var result = ConfigurationValue.null
        for argument in arguments {
            result = try value(of: argument)
            if decides(result) { break }
        }
        return result
    }

    private func datum(_ name: String, at position: TextPosition) throws -> ConfigurationValue {
        guard let data = context.data else {
            throw InterpolationError(
                "there is no .\(name) here",
                remedy: context.buildKeys.contains(name)
                    ? "write {{build `\(name)`}}: it is filled in at run time"
                    : "only some options know such names, when the build runs",
                at: position
            )
        }
        guard let value = data[name], value != .null else {
            throw InterpolationError(
                "there is no .\(name) here",
                remedy: Self.known(name, data.keys.sorted(), prefix: "."),
                at: position
            )
        }
        return value
    }

    private static func known(_ name: String, _ names: [String], prefix: String = "") -> String {
        guard !names.isEmpty else { return "nothing is known here" }
        if let match = Spelling.closest(to: name, among: names) {
            return "did you mean `\(prefix)\(match)`?"
        }
        return "there is " + names.map { "`\(prefix)\($0)`" }.joined(separator: ", ")
    }

    private func call(
        _ function: TemplateFunction,
        _ values: [ConfigurationValue]
    ) throws -> ConfigurationValue {
        switch function {
        case .build: return try build(TemplateArguments(function, values).text(0))
        case .eq: return .bool(try TemplateArguments(function, values).isFirstEqualToAny())
        case .ne: return .bool(try !TemplateArguments(function, values).isFirstEqualToAny())
        case .not: return .bool(!Self.isTrue(values[0]))
        case .and, .or: return .null
        default:
            return .string(try text(of: function, TemplateArguments(function, values)))
        }
    }

    private func text(
        of function: TemplateFunction,
        _ arguments: TemplateArguments
    ) throws -> String {
        switch function {
        case .buildName: return try known(context.buildName, "build_name not available")
        case .buildType: return try known(context.buildType, "build_type not available")
        case .user: return try userVariable(arguments.text(0))
        case .env: return try environment(arguments.text(0))
        case .timestamp: return String(context.time.seconds)
        case .isotime:
            guard arguments.count > 0 else { return GoTimeLayout.rfc3339.format(context.time) }
            return try GoTimeLayout(arguments.text(0)).format(context.time)
        case .strftime: return try StrftimeLayout(arguments.text(0)).format(context.time)
        case .uuid: return context.makeUUID()
        case .pwd: return try known(context.workingDirectory, "the working directory is gone")
        case .templateDir:
            return try known(context.templateDirectory ?? "", "template path not available")
        case .packerVersion: return try known(context.packerVersion, "packer_version not available")
        case .cleanResourceName: return try cleanResourceName(arguments.text(0))
        case .vault, .consulKey, .awsSecretsmanager, .awsSecretsmanagerRaw, .sed:
            throw refusal(of: function)
        default: return try arguments.changedText()
        }
    }

    private func known(_ text: String, _ otherwise: String) throws -> String {
        guard !text.isEmpty else { throw InterpolationError(otherwise) }
        return text
    }

    private func userVariable(_ name: String) throws -> String {
        if let value = context.userVariables[name] { return value }
        guard context.refusesUndeclaredVariables else { return "" }
        throw InterpolationError(
            "user variable \(name.goQuoted) is not declared",
            remedy: context.userVariables.isEmpty
                ? "declare it in `variables`"
                : Self.known(name, context.userVariables.keys.sorted())
        )
    }

    private func environment(_ name: String) throws -> String {
        guard let environment = context.environment else {
            throw InterpolationError(
                "env vars are not allowed here",
                remedy: "declare a user variable with {{env `\(name)`}} as its value in `variables`"
                    + " and use it with {{user}}"
            )
        }
        return environment[name] ?? ""
    }

    private func cleanResourceName(_ name: String) throws -> String {
        guard let clean = context.cleanResourceName else {
            throw InterpolationError(
                "function \"clean_resource_name\" not defined",
                remedy: "only components for clouds have it"
            )
        }
        return clean(name)
    }

    /// Why a function that exists cannot be called here, in Packer's words where it refuses too.
    private func refusal(of function: TemplateFunction) -> InterpolationError {
        if function == .sed {
            return InterpolationError(
                "template function `sed` is deprecated",
                remedy: "use `replace` or `replace_all` instead"
            )
        }
        guard context.environment == nil else {
            return InterpolationError(
                "function \(function.rawValue.goQuoted) is not supported yet",
                remedy: "pass the value with -var or {{env}}"
            )
        }
        let message =
            switch function {
            case .vault: "Vault vars are only allowed in the variables section"
            case .consulKey: "consul_key is not allowed here"
            default: "AWS Secrets Manager is only allowed in the variables section"
            }
        return InterpolationError(
            message,
            remedy: "declare a user variable with the value and use it with {{user}}"
        )
    }

    private func build(_ key: String) throws -> ConfigurationValue {
        guard let build = context.build else {
            guard context.buildKeys.contains(key) else {
                throw noBuildValue(key, context.buildKeys)
            }
            throw Deferred()
        }
        guard let value = build[key], value != .null else {
            throw noBuildValue(key, build.keys.sorted())
        }
        return value
    }

    private func noBuildValue(_ key: String, _ keys: [String]) -> InterpolationError {
        InterpolationError(
            "loaded data, but couldnt find \(key) in it.",
            remedy: Self.known(key, keys)
        )
    }
}
