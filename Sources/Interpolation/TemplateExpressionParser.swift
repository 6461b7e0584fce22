import Configuration

/// Makes an expression of the words of one action.
struct TemplateExpressionParser {
    private var tokens: ArraySlice<TemplateToken>
    private let opened: TextPosition

    init(_ tokens: ArraySlice<TemplateToken>, opened: TextPosition) {
        self.tokens = tokens
        self.opened = opened
    }

    /// All words as one pipeline.
    mutating func whole() throws -> TemplateExpression {
        let expression = try pipeline(depth: 0)
        if let token = tokens.first {
            throw InterpolationError(
                "unexpected right paren",
                remedy: "remove it",
                at: token.position
            )
        }
        return expression
    }

    /// Stages until a closing parenthesis or the end; each is the last argument of the next.
    private mutating func pipeline(depth: Int) throws -> TemplateExpression {
        guard depth <= TemplateParser.deepestNesting else {
            throw InterpolationError(
                "nested deeper than \(TemplateParser.deepestNesting) levels",
                remedy: "split the text",
                at: opened
            )
        }
        var value = try stage(depth: depth, piped: nil)
        while tokens.first?.kind == .pipe {
            tokens.removeFirst()
            value = try stage(depth: depth, piped: value)
        }
        return value
    }

    private mutating func stage(
        depth: Int,
        piped: TemplateExpression?
    ) throws -> TemplateExpression {
        guard let first = tokens.popFirst(), first.kind != .pipe, first.kind != .close else {
            throw InterpolationError(
                piped == nil ? "missing value for command" : "missing function after |",
                remedy: "write a function or a value, or {{`{{`}} for two braces as text",
                at: opened
            )
        }
        if case .word(let name) = first.kind, !["true", "false"].contains(name) {
            let function = try Self.function(name, at: first.position)
            let arguments = try arguments(of: name, depth: depth) + (piped.map { [$0] } ?? [])
            try Self.check(arguments.count, for: function, at: first.position)
            return .call(function, arguments, first.position)
        }
        tokens = [first] + tokens
        let value = try operand(depth: depth)
        if let token = tokens.first, token.kind != .pipe, token.kind != .close {
            throw InterpolationError(
                "can't give argument to non-function",
                remedy: "put a function first, or | between the stages of a pipeline",
                at: token.position
            )
        }
        if piped != nil {
            throw InterpolationError(
                "non executable command in pipeline",
                remedy: "behind | stands a function",
                at: first.position
            )
        }
        return value
    }

    private mutating func arguments(of name: String, depth: Int) throws -> [TemplateExpression] {
        var arguments: [TemplateExpression] = []
        while let token = tokens.first, token.kind != .pipe, token.kind != .close {
            guard token.followsSpace || token.kind == .open else {
                throw InterpolationError(
                    "no space before an argument of `\(name)`",
                    remedy: "put a space between arguments",
                    at: token.position
                )
            }
            arguments.append(try operand(depth: depth))
        }
        return arguments
    }

    /// One argument: a literal, a field, a function without arguments, or a pipeline in parentheses.
    private mutating func operand(depth: Int) throws -> TemplateExpression {
        guard let token = tokens.popFirst() else {
            throw InterpolationError("missing value for command", at: opened)
        }
        switch token.kind {
        case .string(let text): return .literal(.string(text))
        case .integer(let number): return .literal(.integer(number))
        case .field(let name): return .data(name, token.position)
        case .word("true"): return .literal(.bool(true))
        case .word("false"): return .literal(.bool(false))
        case .word(let name):
            let function = try Self.function(name, at: token.position)
            try Self.check(0, for: function, at: token.position)
            return .call(function, [], token.position)
        case .open:
            let value = try pipeline(depth: depth + 1)
            guard tokens.popFirst()?.kind == .close else {
                throw InterpolationError("unclosed left paren", remedy: "add )", at: token.position)
            }
            return value
        case .close, .pipe:
            throw InterpolationError("missing value for command", at: token.position)
        }
    }

    private static func function(
        _ name: String,
        at position: TextPosition
    ) throws -> TemplateFunction {
        if let function = TemplateFunction(rawValue: name) { return function }
        if TemplateFunction.refusedWords.contains(name) {
            throw TemplateLexer.unsupported("`\(name)`", at: position)
        }
        throw InterpolationError(
            "function \(name.goQuoted) not defined",
            remedy: Spelling.suggestion(for: name, among: TemplateFunction.suggestions),
            at: position
        )
    }

    private static func check(
        _ count: Int,
        for function: TemplateFunction,
        at position: TextPosition
    ) throws {
        guard !function.arity.contains(count) else { return }
        let wanted = function.arity
        let words =
            wanted.upperBound == .max
            ? "at least \(wanted.lowerBound)"
            : wanted.count == 1
                ? "\(wanted.lowerBound)" : "\(wanted.lowerBound) to \(wanted.upperBound)"
        throw InterpolationError(
            "wrong number of args for \(function.rawValue): want \(words) got \(count)",
            at: position
        )
    }
}
