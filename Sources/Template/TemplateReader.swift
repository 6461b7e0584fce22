import Configuration

/// Reads the root of a template, collecting everything that is wrong.
struct TemplateReader {
    let sourceMap: SourceMap
    private var problems: [ConfigurationProblem] = []

    init(sourceMap: SourceMap) {
        self.sourceMap = sourceMap
    }

    private static let rootKeys = [
        "builders", "description", "min_packer_version", "post-processors", "provisioners",
        "sensitive-variables", "variables",
    ]

    /// What Packer has at the root and this package has not.
    private static let refusedKeys = [
        "error-cleanup-provisioner": "is not supported yet",
        "push": "is gone from Packer too",
    ]

    mutating func template(
        _ root: ConfigurationValue,
        directory: String?
    ) throws -> Template {
        guard case .map(let root) = root else {
            throw sourceMap.locate(
                ConfigurationErrors(
                    "a template is a map, got \(root.kind)",
                    remedy: "write { \"builders\": [ … ] }"
                )
            )
        }
        refuseOtherKeys(root)
        var template = Template(sourceMap: sourceMap, directory: directory)
        template.description = text(root, "description") ?? ""
        template.minimumPackerVersion = text(root, "min_packer_version")
        template.variables = variables(root["variables"])
        template.sensitiveVariables = sensitiveVariables(root, template.variables.map(\.name))
        template.builders = builders(root["builders"])
        template.provisioners = provisioners(root["provisioners"], template.builders)
        template.postProcessors = postProcessors(root["post-processors"], template.builders)
        checkVersion(template.minimumPackerVersion)
        guard problems.isEmpty else {
            throw sourceMap.locate(ConfigurationErrors(problems))
        }
        return template
    }

    private mutating func refuseOtherKeys(_ root: [String: ConfigurationValue]) {
        let keys = root.keys.filter { !Self.rootKeys.contains($0) && !$0.hasPrefix("_") }
        for key in inOrder(keys, of: ConfigurationPath()) {
            if let why = Self.refusedKeys[key] {
                report("`\(key)` \(why)", at: [.key(key)], remedy: "remove it")
            } else {
                let suggestion = Spelling.suggestion(for: key, among: Self.rootKeys)
                report(
                    "Unknown root level key in template: '\(key)'",
                    at: [.key(key)],
                    remedy: suggestion + " (a comment's key starts with _)"
                )
            }
        }
    }

    private mutating func text(_ root: [String: ConfigurationValue], _ key: String) -> String? {
        guard let raw = root[key], raw != .null else { return nil }
        return parsed(raw, at: [.key(key)])
    }

    private mutating func checkVersion(_ wanted: String?) {
        guard let wanted, let problem = VersionRequirement.problem(with: wanted) else { return }
        report(problem.message, at: [.key("min_packer_version")], remedy: problem.remedy)
    }

    private mutating func variables(_ raw: ConfigurationValue?) -> [Template.Variable] {
        guard let raw, raw != .null else { return [] }
        guard case .map(let entries) = raw else {
            report(
                "expected a map of variables, got \(raw.kind)",
                at: [.key("variables")],
                remedy: "write { \"name\": \"default\" }"
            )
            return []
        }
        let path = ConfigurationPath([.key("variables")])
        return inOrder(Array(entries.keys), of: path).map { name in
            let raw = entries[name] ?? .null
            guard raw != .null else { return Template.Variable(name: name, defaultValue: nil) }
            let value: String? = parsed(raw, at: path.key(name).steps)
            return Template.Variable(name: name, defaultValue: value ?? "")
        }
    }

    private mutating func sensitiveVariables(
        _ root: [String: ConfigurationValue],
        _ declared: [String]
    ) -> [String] {
        guard let raw = root["sensitive-variables"], raw != .null else { return [] }
        let path = ConfigurationPath([.key("sensitive-variables")])
        let names: [String] = parsed(raw, at: path.steps) ?? []
        for (number, name) in names.enumerated() where !declared.contains(name) {
            report(
                "there is no variable \(name.goQuoted)",
                at: path.index(number).steps,
                remedy: Spelling.suggestion(for: name, among: declared)
            )
        }
        return names
    }

    // MARK: - Shared with the reading of components

    /// A value, or `nil` and a problem.
    mutating func parsed<Value: FieldValue>(
        _ raw: ConfigurationValue,
        at steps: [ConfigurationPath.Step]
    ) -> Value? {
        do {
            return try Value.parse(raw, rendering: .none)
        } catch {
            let path = ConfigurationPath(steps)
            problems += ConfigurationErrors(wrapping: error, under: path).problems
            return nil
        }
    }

    /// Keys in the order of the file.
    func inOrder(_ keys: [String], of path: ConfigurationPath) -> [String] {
        keys.sorted { sourceMap.order(path.key($0), before: path.key($1)) }
    }

    mutating func report(
        _ message: String,
        at steps: [ConfigurationPath.Step],
        remedy: String
    ) {
        problems.append(
            ConfigurationProblem(message, at: ConfigurationPath(steps), remedy: remedy)
        )
    }
}
