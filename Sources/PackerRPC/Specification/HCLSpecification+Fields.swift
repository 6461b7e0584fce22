package import Configuration

extension HCLSpecification {
    /// The specification of a component's declared options: attributes, a block for each group of
    /// options, a list of blocks for each list of groups.
    ///
    /// Old names become attributes beside the new one, none of them required: which of them is set
    /// is the component's to judge. Lengths of time are strings.
    ///
    /// - Throws: ``HCLSpecificationError`` for a type that HCL has no blocks for, such as a map of
    ///   groups, or if two options have one name.
    package init(fields: [FieldSpecification]) throws(HCLSpecificationError) {
        try self.init(fields: fields, 0)
    }

    private init(fields: [FieldSpecification], _ depth: Int) throws(HCLSpecificationError) {
        try HCLSpecificationLimits.checkBlocks(depth)
        var entries: [Entry] = []
        for field in fields {
            for name in [field.name] + field.aliases {
                let isRequired = field.isRequired && field.aliases.isEmpty
                let element = try located(.key(name)) { () throws(HCLSpecificationError) in
                    try Self.element(name, field.type, isRequired, depth)
                }
                entries.append(Entry(element))
            }
        }
        try self.init(entries)
    }

    private static func element(
        _ name: String,
        _ type: FieldType,
        _ isRequired: Bool,
        _ depth: Int
    ) throws(HCLSpecificationError) -> Element {
        switch type {
        case .block(let fields):
            let nested = try HCLSpecification(fields: fields, depth + 1)
            return .block(name, nested, isRequired: isRequired)
        case .list(.block(let fields)):
            return .blockList(name, try HCLSpecification(fields: fields, depth + 1))
        default: return .attribute(name, try CtyType(type), isRequired: isRequired)
        }
    }
}

extension CtyType {
    fileprivate init(_ type: FieldType) throws(HCLSpecificationError) {
        switch type {
        case .string, .duration: self = .string
        case .bool: self = .bool
        case .integer, .number: self = .number
        case .list(let element): self = .list(try CtyType(element))
        case .map(let element): self = .map(try CtyType(element))
        case .block:
            let found = "a group of options stands inside a map or a list of lists"
            throw HCLSpecificationError(.unsupported, found)
        }
    }
}
