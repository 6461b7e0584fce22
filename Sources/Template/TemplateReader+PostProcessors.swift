import Configuration

extension TemplateReader {
    /// The chains of post-processors: each an entry of the list, which may be a list itself.
    mutating func postProcessors(
        _ raw: ConfigurationValue?,
        _ builders: [Template.Builder]
    ) -> [[Template.PostProcessor]] {
        guard let raw, raw != .null else { return [] }
        let path = ConfigurationPath([.key("post-processors")])
        guard case .list(let elements) = raw else {
            report(
                "expected a list, got \(raw.kind)",
                at: path.steps,
                remedy: "write \"post-processors\": [ { \"type\": … } ]"
            )
            return []
        }
        let names = builders.map(\.name)
        return elements.enumerated().map { number, element in
            let path = path.index(number)
            guard case .list(let chain) = element else {
                return [postProcessor(element, path, names)].compactMap(\.self)
            }
            return chain.enumerated().compactMap { step, element in
                postProcessor(element, path.index(step), names, isInChain: true)
            }
        }
    }

    /// One post-processor: its type alone, or a map of options.
    private mutating func postProcessor(
        _ raw: ConfigurationValue,
        _ path: ConfigurationPath,
        _ builders: [String],
        isInChain: Bool = false
    ) -> Template.PostProcessor? {
        let entries: [String: ConfigurationValue]
        switch raw {
        case .string: entries = ["type": raw]
        case .map(let map): entries = map
        case .list where isInChain:
            report(
                "a sequence of post-processors within another one",
                at: path.steps,
                remedy: "put its post-processors into the one around it"
            )
            return nil
        default:
            report(
                "expected a type or a map, got \(raw.kind)",
                at: path.steps,
                remedy: "write \"checksum\" or { \"type\": … }"
            )
            return nil
        }
        guard let type = type(entries, path, missing: "Post-processor missing 'type'") else {
            return nil
        }
        let (only, except) = selection(entries, of: builders, at: path)
        let special = ["type", "name", "only", "except", "keep_input_artifact"]
        return Template.PostProcessor(
            name: optional(entries["name"], at: path.key("name")) ?? type,
            type: type,
            configuration: entries.filter { !special.contains($0.key) },
            only: only,
            except: except,
            keepsInput: optional(
                entries["keep_input_artifact"],
                at: path.key("keep_input_artifact")
            ),
            path: path
        )
    }

    private mutating func optional<Value: FieldValue>(
        _ raw: ConfigurationValue?,
        at path: ConfigurationPath
    ) -> Value? {
        guard let raw, raw != .null else { return nil }
        return parsed(raw, at: path.steps)
    }
}
