extension ConfigurationBlock {
    /// The options as a Markdown list; see ``FieldSpecification/referenceMarkdown(of:width:)``.
    public static func referenceMarkdown(width: Int = 100) -> String {
        FieldSpecification.referenceMarkdown(of: fields, width: width)
    }
}

extension FieldSpecification {
    /// Options as a Markdown list for a reference page.
    ///
    /// Required ones come first; each has its type, its default, what it does, and whether it is a
    /// secret, has old names or will go away. The options of a block stand below it.
    ///
    /// - Parameters:
    ///   - options: The options, as a block or a component declares them.
    ///   - width: Longest line; a word that is longer is left whole.
    /// - Returns: Lines that end in newlines, without headings.
    public static func referenceMarkdown(
        of options: [FieldSpecification],
        width: Int = 100
    ) -> String {
        ReferenceMarkdown(width: width).text(of: options)
    }
}

/// Writes options as Markdown; all of it comes from their declarations.
struct ReferenceMarkdown {
    let width: Int

    func text(of fields: [FieldSpecification]) -> String {
        guard !fields.isEmpty else { return "There are no options.\n" }
        return items(fields, indentation: 0)
    }

    /// The options in the order of their declaration, but those first that must be set.
    private func items(_ fields: [FieldSpecification], indentation: Int) -> String {
        (fields.filter(\.isRequired) + fields.filter { !$0.isRequired })
            .map { item($0, indentation: indentation) }.joined()
    }

    private func item(_ field: FieldSpecification, indentation: Int) -> String {
        let margin = String(repeating: " ", count: indentation)
        var text = wrapped(
            "`\(field.name)` (\(Self.properties(of: field))): \(Self.prose(of: field))",
            first: margin + "- ",
            others: margin + "  "
        )
        if let nested = field.type.options {
            text += items(nested, indentation: indentation + 2)
        }
        return text
    }

    private static func properties(of field: FieldSpecification) -> String {
        var words = [field.type.words]
        if field.isRequired { words.append("required") }
        if field.isSensitive { words.append("secret") }
        let isEmpty = ["", "\"\"", "[]", "{}", "null"].contains(field.defaultText)
        if !isEmpty { words.append("default \(codeSpan(field.defaultText))") }
        return words.joined(separator: ", ")
    }

    private static func prose(of field: FieldSpecification) -> String {
        var sentences = [sentence(field.documentation)]
        if let deprecation = field.deprecation {
            sentences.insert(sentence("**Deprecated**: \(deprecation)"), at: 0)
        }
        if !field.aliases.isEmpty {
            let names = field.aliases.map(codeSpan).joined(separator: ", ")
            sentences.append("Old \(field.aliases.count == 1 ? "name" : "names"): \(names).")
        }
        if !field.isInterpolated, field.type == .string {
            sentences.append("Its `{{ }}` are filled in when it is used.")
        }
        return sentences.filter { !$0.isEmpty }.joined(separator: " ")
    }

    private static func sentence(_ text: String) -> String {
        guard let last = text.last else { return "" }
        return ".!?".contains(last) ? text : text + "."
    }

    /// Text in backticks; more of them than stand together in the text.
    private static func codeSpan(_ text: String) -> String {
        var (longest, run) = (0, 0)
        for character in text {
            run = character == "`" ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: longest + 1)
        let pad = longest == 0 ? "" : " "
        return fence + pad + text + pad + fence
    }

    /// Words in lines, the first one behind `first` and the others behind `others`.
    private func wrapped(_ text: String, first: String, others: String) -> String {
        var lines: [String] = []
        var line = first
        var isEmpty = true
        for word in text.split(whereSeparator: \.isWhitespace) {
            let fits = line.count + 1 + word.count <= width
            if !isEmpty, !fits, !Self.startsMarkup(word) {
                lines.append(line)
                (line, isEmpty) = (others, true)
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return (lines + [line]).joined(separator: "\n") + "\n"
    }

    /// Whether a word at the start of a line would be a list, a heading or a quotation.
    private static func startsMarkup(_ word: Substring) -> Bool {
        if ["-", "+", "*", ">"].contains(word) || word.allSatisfy({ $0 == "#" || $0 == "=" }) {
            return true
        }
        return word.dropLast().allSatisfy(\.isNumber) && word.last.map { ".)".contains($0) } == true
    }
}

extension FieldType {
    /// The type as a reference page names it.
    fileprivate var words: String {
        switch self {
        case .string: "text"
        case .bool: "true or false"
        case .integer: "whole number"
        case .number: "number"
        case .duration: "duration"
        case .list(.block): "list of blocks"
        case .list(let element): "list of \(element.words)"
        case .map(let value): "map of \(value.words)"
        case .block: "block"
        }
    }

    /// The options of a block, or of each block of a list or a map.
    fileprivate var options: [FieldSpecification]? {
        switch self {
        case .block(let options): options
        case .list(let element), .map(let element): element.options
        case .string, .bool, .integer, .number, .duration: nil
        }
    }
}
