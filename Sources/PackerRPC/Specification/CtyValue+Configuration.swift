package import Configuration

extension CtyValue {
    /// The value as a component reads its configuration: the options that are set.
    ///
    /// The host sends all options of the specification. Those that the template does not set are
    /// null, which counts as not set here too, and are left out; so are lists of blocks that are
    /// empty, because that is how no block at all arrives and it must not replace a default.
    package var configuration: ConfigurationValue {
        switch self {
        case .null: .null
        case .unknown(let type): CtyValue.placeholder(of: type).configuration
        case .string(let text): .string(text)
        case .bool(let truth): .bool(truth)
        case .number(let number): number.configuration
        case .list(_, let elements), .set(_, let elements), .tuple(let elements):
            .list(elements.map(\.configuration))
        case .map(_, let entries), .object(let entries):
            // A name that only looks like another one is the same key in a template's map.
            .map(
                Dictionary(
                    entries.filter { !$0.value.isUnset }.map { ($0.name, $0.value.configuration) }
                ) { _, later in later }
            )
        }
    }

    private var isUnset: Bool {
        if case .list(of: .object, let blocks) = self { return blocks.isEmpty }
        return isNull
    }

    /// The value of a type that a configuration says, as a host sends it to a plugin.
    ///
    /// As in HCL, numbers and truth values become texts where texts are wanted, and texts numbers
    /// and truth values where they say such. Attributes of an object that are not set are null, and
    /// lists of blocks among them empty.
    ///
    /// - Throws: ``HCLSpecificationError`` with the place of the first value that has no such form.
    package init(
        _ configuration: ConfigurationValue,
        as type: CtyType
    ) throws(HCLSpecificationError) {
        self = try CtyValue.convert(configuration, type.withoutOptionalAttributes, 0)
    }

    private static func convert(
        _ value: ConfigurationValue,
        _ type: CtyType,
        _ depth: Int
    ) throws(HCLSpecificationError) -> CtyValue {
        try HCLSpecificationLimits.checkDepth(depth)
        switch (type, value) {
        case (.list(.object(let object)), .null): return .list(of: .object(object), [])
        case (_, .null): return .null(type)
        case (.dynamic, _): return try convert(value, implied(by: value, 0), depth)
        case (.string, _):
            if let text = value.scalarText { return .string(text) }
        case (.number, _):
            if let text = value.numberText, let number = CtyNumber(text) { return .number(number) }
        case (.bool, .bool(let truth)): return .bool(truth)
        case (.bool, .string(let text)):
            if let truth = truth(text) { return .bool(truth) }
        case (.list(let element), .list(let elements)):
            return try collected(list: try convert(elements, depth) { _ in element }, of: element)
        case (.set(let element), .list(let elements)):
            return try collected(set: try convert(elements, depth) { _ in element }, of: element)
        case (.tuple(let types), .list(let elements)) where types.count == elements.count:
            return .tuple(try convert(elements, depth) { types[$0] })
        case (.map(let element), .map(let values)):
            return try collected(map: try convert(values, depth) { _ in element }, of: element)
        case (.object(let object), .map(let values)):
            return .object(try convert(values, object, depth))
        default: break
        }
        let found = "\(value.kind) stands where \(type.kind) should be"
        throw HCLSpecificationError(.typeMismatch, found)
    }

    private static func convert(
        _ elements: [ConfigurationValue],
        _ depth: Int,
        type: (Int) -> CtyType
    ) throws(HCLSpecificationError) -> [CtyValue] {
        var values: [CtyValue] = []
        for (index, element) in elements.enumerated() {
            let value = try located(.index(index)) { () throws(HCLSpecificationError) in
                try convert(element, type(index), depth + 1)
            }
            values.append(value)
        }
        return values
    }

    private static func convert(
        _ values: [String: ConfigurationValue],
        _ depth: Int,
        type: (String) -> CtyType
    ) throws(HCLSpecificationError) -> [Entry] {
        var entries: [Entry] = []
        for (name, value) in values {
            let converted = try located(.key(name)) { () throws(HCLSpecificationError) in
                try convert(value, type(name), depth + 1)
            }
            entries.append(Entry(name, converted))
        }
        return entries
    }

    private static func convert(
        _ values: [String: ConfigurationValue],
        _ object: CtyType.ObjectType,
        _ depth: Int
    ) throws(HCLSpecificationError) -> [Entry] {
        let known = Set(object.attributes.map(\.name))
        if let extra = values.keys.filter({ !known.contains($0) }).min() {
            let found = "there is no option \(HCLSpecificationError.quoted(extra))"
            throw HCLSpecificationError(.typeMismatch, found)
        }
        var entries: [Entry] = []
        for attribute in object.attributes {
            let value = values[attribute.name] ?? .null
            let converted = try located(.key(attribute.name)) { () throws(HCLSpecificationError) in
                try convert(value, attribute.type, depth + 1)
            }
            entries.append(Entry(attribute.name, converted))
        }
        return entries
    }

    /// The type that HCL gives to a value that stands for itself: tuples and objects.
    private static func implied(
        by value: ConfigurationValue,
        _ depth: Int
    ) throws(HCLSpecificationError) -> CtyType {
        try HCLSpecificationLimits.checkDepth(depth)
        switch value {
        case .null: return .dynamic
        case .bool: return .bool
        case .integer, .number: return .number
        case .string: return .string
        case .list(let elements):
            var types: [CtyType] = []
            for element in elements { types.append(try implied(by: element, depth + 1)) }
            return .tuple(types)
        case .map(let values):
            var attributes: [CtyType.Attribute] = []
            for (name, value) in values {
                attributes.append(.init(name, try implied(by: value, depth + 1)))
            }
            return try .object(attributes)
        }
    }
}

extension CtyNumber {
    /// The number as a template gives it.
    ///
    /// Never inlined, because Swift 6.3.1 crashes when it then optimizes ``CtyValue/configuration``.
    @inline(never)
    fileprivate var configuration: ConfigurationValue {
        if let integer { .integer(integer) } else { .number(double) }
    }
}

extension ConfigurationValue {
    /// A number as text, or a text that may be one.
    fileprivate var numberText: String? {
        switch self {
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .string(let text): text
        default: nil
        }
    }

    /// What cty's conversion to a string makes of it.
    fileprivate var scalarText: String? {
        switch self {
        case .bool(let truth): truth ? "true" : "false"
        case .number(let number): CtyNumber(number)?.description
        default: numberText
        }
    }
}
