import Configuration

/// Makes nodes of the pieces of a template text.
struct TemplateParser {
    /// How deep parentheses and `{{if}}` may stand in one another.
    static let deepestNesting = 100

    private let lexer: TemplateLexer
    private var pieces: ArraySlice<TemplatePiece>

    init(_ text: String) throws {
        var lexer = TemplateLexer(text)
        pieces = try lexer.pieces()[...]
        self.lexer = lexer
    }

    /// The nodes of the whole text.
    mutating func nodes() throws -> [TemplateNode] {
        let (nodes, ending) = try list(depth: 0)
        if let ending {
            throw InterpolationError(
                "unexpected {{\(ending.word)}}",
                remedy: "there is no {{if}} before it",
                at: ending.position
            )
        }
        return nodes
    }

    /// An `{{else …}}` or `{{end}}` that ended a list of nodes.
    private struct Ending {
        var word: String
        var condition: ArraySlice<TemplateToken>
        var position: TextPosition
        var end: Int
    }

    private mutating func list(depth: Int) throws -> ([TemplateNode], Ending?) {
        var nodes: [TemplateNode] = []
        while let piece = pieces.popFirst() {
            switch piece {
            case .text(let text): nodes.append(.text(text))
            case .action(let tokens, let position, let source, let start, let end):
                switch tokens.first?.kind {
                case .word("if")?:
                    let node = try conditional(
                        tokens.dropFirst(),
                        from: start,
                        at: position,
                        depth: depth + 1
                    )
                    nodes.append(node.node)
                case .word("else")?, .word("end")?:
                    return (
                        nodes,
                        Ending(
                            word: tokens.first?.kind == .word("end") ? "end" : "else",
                            condition: tokens.dropFirst(),
                            position: position,
                            end: end
                        )
                    )
                default:
                    nodes.append(
                        .action(try whole(tokens[...], at: position), source: source)
                    )
                }
            }
        }
        return (nodes, nil)
    }

    private mutating func conditional(
        _ condition: ArraySlice<TemplateToken>,
        from start: Int?,
        at position: TextPosition,
        depth: Int
    ) throws -> (node: TemplateNode, end: Int) {
        guard depth <= Self.deepestNesting else { throw Self.tooDeep(position) }
        let test = try whole(condition, at: position)
        let (then, ending) = try list(depth: depth)
        guard let ending else { throw Self.unclosed(position) }
        let (otherwise, end) = try alternative(ending, of: position, depth: depth)
        let node = TemplateNode.conditional(
            test,
            then: then,
            otherwise: otherwise,
            source: source(from: start, to: end)
        )
        return (node, end)
    }

    /// What stands between the first branch's end and the `{{end}}` of the whole.
    private mutating func alternative(
        _ ending: Ending,
        of position: TextPosition,
        depth: Int
    ) throws -> (nodes: [TemplateNode], end: Int) {
        guard ending.word == "else" else {
            try Self.refuseRest(ending.condition, of: "end")
            return ([], ending.end)
        }
        if ending.condition.first?.kind == .word("if") {
            // `{{else if x}}` is `{{else}}{{if x}}` that share one `{{end}}`.
            let inner = try conditional(
                ending.condition.dropFirst(),
                from: nil,
                at: ending.position,
                depth: depth + 1
            )
            return ([inner.node], inner.end)
        }
        try Self.refuseRest(ending.condition, of: "else")
        let (nodes, last) = try list(depth: depth)
        guard let last else { throw Self.unclosed(position) }
        guard last.word == "end" else {
            throw InterpolationError("a second {{else}}", remedy: "remove it", at: last.position)
        }
        try Self.refuseRest(last.condition, of: "end")
        return (nodes, last.end)
    }

    private func source(from start: Int?, to end: Int) -> String {
        start.map { lexer.text($0, end) } ?? ""
    }

    private static func refuseRest(_ tokens: ArraySlice<TemplateToken>, of word: String) throws {
        guard let token = tokens.first else { return }
        throw InterpolationError(
            "unexpected words in {{\(word)}}",
            remedy: "write {{\(word)}} alone",
            at: token.position
        )
    }

    private static func unclosed(_ position: TextPosition) -> InterpolationError {
        InterpolationError("{{if}} is not closed", remedy: "end it with {{end}}", at: position)
    }

    private static func tooDeep(_ position: TextPosition) -> InterpolationError {
        InterpolationError(
            "nested deeper than \(deepestNesting) levels",
            remedy: "split the text",
            at: position
        )
    }

    private func whole(
        _ tokens: ArraySlice<TemplateToken>,
        at position: TextPosition
    ) throws -> TemplateExpression {
        var tokens = TemplateExpressionParser(tokens, opened: position)
        return try tokens.whole()
    }
}
