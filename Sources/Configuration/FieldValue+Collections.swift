extension Array: FieldValue where Element: FieldValue {
    /// The kind in specs and documentation.
    public static var fieldType: FieldType { .list(Element.fieldType) }

    /// The value as a template would write it.
    public var fieldText: String { "[" + map(\.fieldText).joined(separator: ", ") + "]" }

    /// A list; one text is split at commas, any other single value is a list of one.
    public static func parse(
        _ raw: ConfigurationValue,
        rendering: FieldRendering
    ) throws -> [Element] {
        switch raw {
        case .list(let elements): return try parse(elements, rendering: rendering)
        case .string(let text):
            let rendered = try rendering(text)
            guard !rendered.isEmpty else { return [] }
            let parts = rendered.split(separator: ",", omittingEmptySubsequences: false)
            return try parse(parts.map { .string(String($0)) }, rendering: .none)
        case .map(let map) where map.isEmpty: return []
        default: return [try Element.parse(raw, rendering: rendering)]
        }
    }

    private static func parse(
        _ elements: [ConfigurationValue],
        rendering: FieldRendering
    ) throws -> [Element] {
        var values: [Element] = []
        var problems: [ConfigurationProblem] = []
        for (number, element) in elements.enumerated() {
            do {
                values.append(try Element.parse(element, rendering: rendering))
            } catch {
                let path = ConfigurationPath([.index(number)])
                problems += ConfigurationErrors(wrapping: error, under: path).problems
            }
        }
        guard problems.isEmpty else { throw ConfigurationErrors(problems) }
        return values
    }
}

extension Dictionary: FieldValue where Key == String, Value: FieldValue {
    /// The kind in specs and documentation.
    public static var fieldType: FieldType { .map(Value.fieldType) }

    /// The value as a template would write it.
    public var fieldText: String {
        let entries = sorted { $0.key < $1.key }
        return "{"
            + entries.map { "\($0.key.goQuoted): \($0.value.fieldText)" }
            .joined(separator: ", ") + "}"
    }

    /// A map, or a list of maps of which the later ones win.
    public static func parse(
        _ raw: ConfigurationValue,
        rendering: FieldRendering
    ) throws -> [String: Value] {
        switch raw {
        case .map(let entries):
            var values: [String: Value] = [:]
            var problems: [ConfigurationProblem] = []
            for (key, entry) in entries.sorted(by: { $0.key < $1.key }) {
                do {
                    values[key] = try Value.parse(entry, rendering: rendering)
                } catch {
                    let path = ConfigurationPath([.key(key)])
                    problems += ConfigurationErrors(wrapping: error, under: path).problems
                }
            }
            guard problems.isEmpty else { throw ConfigurationErrors(problems) }
            return values
        case .list(let maps):
            return try [[String: Value]].parse(.list(maps), rendering: rendering)
                .reduce(into: [:]) { $0.merge($1) { _, later in later } }
        default: throw raw.mismatch(expected: "a map")
        }
    }
}

extension Optional: FieldValue where Wrapped: FieldValue {
    /// The kind in specs and documentation.
    public static var fieldType: FieldType { Wrapped.fieldType }

    /// What the option is when it has no default and is not set.
    public static var absent: Wrapped?? { .some(nil) }

    /// The value as a template would write it.
    public var fieldText: String { self?.fieldText ?? "" }

    /// What the wrapped type makes of the value; the empty text is no truth value (Packer's
    /// Trilean).
    public static func parse(
        _ raw: ConfigurationValue,
        rendering: FieldRendering
    ) throws -> Wrapped? {
        if Wrapped.self is Bool.Type, case .string(let text) = raw, try rendering(text).isEmpty {
            return nil
        }
        return try Wrapped.parse(raw, rendering: rendering)
    }
}
