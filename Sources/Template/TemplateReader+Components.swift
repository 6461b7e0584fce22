import Configuration

extension TemplateReader {
    mutating func builders(_ raw: ConfigurationValue?) -> [Template.Builder] {
        var builders: [Template.Builder] = []
        let declarations = declarations(raw, "builders")
        if declarations.isEmpty, isListOrMissing(raw) {
            report(
                "at least one builder must be defined",
                at: raw == nil ? [] : [.key("builders")],
                remedy: "add \"builders\": [ { \"type\": \"null\", … } ]"
            )
        }
        for (number, entries, path) in declarations {
            guard let type = type(entries, path, missing: "builder \(number + 1): missing 'type'")
            else { continue }
            var name = type
            if let raw = entries["name"], raw != .null {
                name = parsed(raw, at: path.key("name").steps) ?? type
            }
            if let first = builders.first(where: { $0.name == name }) {
                report(
                    "builder \(number + 1): builder with name '\(name)' already exists",
                    at: path.key(entries["name"] == nil ? "type" : "name").steps,
                    remedy: "give it another \"name\"; the first is \(first.path)"
                )
            }
            let own = entries.filter { $0.key != "name" && $0.key != "type" }
            builders.append(
                Template.Builder(name: name, type: type, configuration: own, path: path)
            )
        }
        return builders
    }

    mutating func provisioners(
        _ raw: ConfigurationValue?,
        _ builders: [Template.Builder]
    ) -> [Template.Provisioner] {
        let names = builders.map(\.name)
        var provisioners: [Template.Provisioner] = []
        for (number, entries, path) in declarations(raw, "provisioners") {
            guard let type = type(entries, path, missing: "Provisioner missing 'type'") else {
                continue
            }
            let (only, except) = selection(entries, of: names, at: path)
            let special = ["type", "only", "except", "override"] + ProvisionerWrapping.keys
            provisioners.append(
                Template.Provisioner(
                    type: type,
                    configuration: entries.filter { !special.contains($0.key) },
                    only: only,
                    except: except,
                    overrides: overrides(entries["override"], number, of: names, at: path),
                    wrapping: .map(
                        entries.filter { ProvisionerWrapping.keys.contains($0.key) }
                    ),
                    path: path
                )
            )
        }
        return provisioners
    }

    /// The builders that a component is for, and those that it is not for.
    mutating func selection(
        _ entries: [String: ConfigurationValue],
        of builders: [String],
        at path: ConfigurationPath
    ) -> (only: [String], except: [String]) {
        let only = builderNames(entries["only"], "only", of: builders, at: path)
        let except = builderNames(entries["except"], "except", of: builders, at: path)
        if !only.isEmpty, !except.isEmpty {
            report(
                "only one of 'only' or 'except' may be specified",
                at: path.key("except").steps,
                remedy: "remove one of the two"
            )
        }
        return (only, except)
    }

    private mutating func builderNames(
        _ raw: ConfigurationValue?,
        _ key: String,
        of builders: [String],
        at path: ConfigurationPath
    ) -> [String] {
        guard let raw, raw != .null else { return [] }
        let names: [String] = parsed(raw, at: path.key(key).steps) ?? []
        for (number, name) in names.enumerated() where !builders.contains(name) {
            report(
                "'\(key)' specified builder '\(name)' not found",
                at: path.key(key).index(number).steps,
                remedy: Spelling.suggestion(for: name, among: builders)
            )
        }
        return names
    }

    private mutating func overrides(
        _ raw: ConfigurationValue?,
        _ number: Int,
        of builders: [String],
        at path: ConfigurationPath
    ) -> [String: [String: ConfigurationValue]] {
        guard let raw, raw != .null else { return [:] }
        let path = path.key("override")
        let shape = "write { \"builder's name\": { \"option\": … } }"
        guard case .map(let entries) = raw else {
            report("expected a map of builders, got \(raw.kind)", at: path.steps, remedy: shape)
            return [:]
        }
        var overrides: [String: [String: ConfigurationValue]] = [:]
        for name in inOrder(Array(entries.keys), of: path) {
            if !builders.contains(name) {
                report(
                    "provisioner \(number + 1): override '\(name)' doesn't exist",
                    at: path.key(name).steps,
                    remedy: Spelling.suggestion(for: name, among: builders)
                )
            }
            guard case .map(let options)? = entries[name] else {
                report("expected a map of options", at: path.key(name).steps, remedy: shape)
                continue
            }
            overrides[name] = options
        }
        return overrides
    }

    private typealias Declaration = (
        number: Int, entries: [String: ConfigurationValue], path: ConfigurationPath
    )

    private func isListOrMissing(_ raw: ConfigurationValue?) -> Bool {
        switch raw {
        case nil, .null?: true
        case .list(let elements)?: elements.isEmpty
        default: false
        }
    }

    private mutating func declarations(
        _ raw: ConfigurationValue?,
        _ key: String
    ) -> [Declaration] {
        guard let raw, raw != .null else { return [] }
        let path = ConfigurationPath([.key(key)])
        guard case .list(let elements) = raw else {
            report(
                "expected a list, got \(raw.kind)",
                at: path.steps,
                remedy: "write \"\(key)\": [ { \"type\": … } ]"
            )
            return []
        }
        return elements.enumerated().compactMap { number, element in
            guard case .map(let entries) = element else {
                report(
                    "expected a map, got \(element.kind)",
                    at: path.index(number).steps,
                    remedy: "write { \"type\": … }"
                )
                return nil
            }
            return (number, entries, path.index(number))
        }
    }

    mutating func type(
        _ entries: [String: ConfigurationValue],
        _ path: ConfigurationPath,
        missing: String
    ) -> String? {
        switch entries["type"] {
        case .string(let type)? where !type.isEmpty: return type
        case nil, .null?, .string?:
            report(missing, at: path.steps, remedy: "add \"type\": \"…\"")
        case let other?:
            report(
                "expected text, got \(other.kind)",
                at: path.key("type").steps,
                remedy: "write \"type\": \"…\""
            )
        }
        return nil
    }
}
