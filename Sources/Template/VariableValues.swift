import Configuration

/// Values for user variables from the command line: `-var name=value` and `-var-file FILE`.
///
/// Files count in the order in which they were added; `-var` wins over all of them.
public struct VariableValues: Sendable {
    /// A value and where it comes from.
    struct Given: Sendable {
        var value: String
        /// The file and the place in it; `nil` for the command line.
        var source: (file: String, position: SourcePosition?)?
    }

    private(set) var assigned: [String: Given] = [:]
    private(set) var fromFiles: [String: Given] = [:]

    /// No values.
    public init() {}

    /// Takes a `-var`.
    ///
    /// - Parameter assignment: `name=value`; the value may be empty and may contain `=`.
    /// - Throws: `TemplateErrors` when there is no `=` or no name before it.
    public mutating func add(assignment: String) throws {
        guard let mark = assignment.firstIndex(of: "="), mark > assignment.startIndex else {
            throw TemplateErrors(
                "No '=' value in arg: \(assignment.prefix(40))",
                remedy: "write -var 'name=value'"
            )
        }
        let value = String(assignment[assignment.index(after: mark)...])
        assigned[String(assignment[..<mark])] = Given(value: value)
    }

    /// Takes a `-var-file`: a JSON map of texts, numbers, truth values, or lists of these, which
    /// are joined by commas as Packer does.
    ///
    /// - Parameter path: The file.
    /// - Throws: `TemplateErrors` with everything that is wrong with it.
    public mutating func add(file path: String) throws {
        if path.hasSuffix(".hcl") {
            throw TemplateErrors(
                "HCL2 variable files are not supported yet",
                remedy: "give a JSON file",
                file: path
            )
        }
        try add(FileBytes.read(path, limit: JSONDocument.largestFile), file: path)
    }

    mutating func add(_ json: [UInt8], file: String) throws {
        let document = try JSONDocument(json, file: file)
        let map = document.sourceMap
        guard case .map(let entries) = document.root else {
            throw TemplateErrors(
                "a variable file is a map, got \(document.root.kind)",
                remedy: "write { \"name\": \"value\" }",
                file: file
            )
        }
        var problems: [ConfigurationProblem] = []
        for (name, raw) in entries.sorted(by: { $0.key < $1.key }) {
            let path = ConfigurationPath([.key(name)])
            do {
                let value: String =
                    if case .list = raw {
                        try [String].parse(raw, rendering: .none).joined(separator: ",")
                    } else {
                        try String.parse(raw, rendering: .none)
                    }
                fromFiles[name] = Given(value: value, source: (file, map.position(of: path)))
            } catch {
                problems += ConfigurationErrors(wrapping: error, under: path).problems
            }
        }
        guard problems.isEmpty else { throw map.locate(ConfigurationErrors(problems)) }
    }

    /// The value of a variable, if one is given.
    func value(of name: String) -> String? { (assigned[name] ?? fromFiles[name])?.value }
}
