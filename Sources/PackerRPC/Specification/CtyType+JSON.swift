/// Types in JSON: `"string"`, `["list",T]`, `["object",{"name":T},["optional name"]]`,
/// `["tuple",[T]]`.
///
/// Source: go-cty's `Type.MarshalJSON` and `UnmarshalJSON`.
extension CtyType {
    /// The type's JSON.
    package var json: [UInt8] {
        get throws(HCLSpecificationError) {
            var writer = JSONWriter()
            try write(to: &writer, depth: 0)
            return writer.bytes
        }
    }

    /// The type that JSON says.
    ///
    /// - Throws: ``HCLSpecificationError`` for anything else.
    package init(json: [UInt8]) throws(HCLSpecificationError) {
        try self.init(json: try JSONReader.document(json))
    }

    init(json: JSONValue) throws(HCLSpecificationError) {
        var budget = ValueBudget(HCLSpecificationLimits.types)
        try self.init(json, depth: 0, &budget)
    }

    func write(to writer: inout JSONWriter, depth: Int) throws(HCLSpecificationError) {
        try HCLSpecificationLimits.checkDepth(depth)
        switch self {
        case .string: writer.raw("\"string\"")
        case .number: writer.raw("\"number\"")
        case .bool: writer.raw("\"bool\"")
        case .dynamic: writer.raw("\"dynamic\"")
        case .list(let element): try element.write(in: "list", to: &writer, depth)
        case .set(let element): try element.write(in: "set", to: &writer, depth)
        case .map(let element): try element.write(in: "map", to: &writer, depth)
        case .object(let object):
            let open = ("[\"object\",{", "}")
            try writer.list(object.attributes, in: open) {
                attribute,
                writer throws(HCLSpecificationError) in
                writer.string(attribute.name)
                writer.raw(":")
                try attribute.type.write(to: &writer, depth: depth + 1)
            }
            let optional = object.attributes.filter(\.isOptional)
            if !optional.isEmpty {
                try writer.list(optional, in: (",[", "]")) { $1.string($0.name) }
            }
            writer.raw("]")
        case .tuple(let elements):
            try writer.list(elements, in: ("[\"tuple\",[", "]]")) {
                element,
                writer throws(HCLSpecificationError) in
                try element.write(to: &writer, depth: depth + 1)
            }
        }
    }

    private func write(
        in kind: String,
        to writer: inout JSONWriter,
        _ depth: Int
    ) throws(HCLSpecificationError) {
        writer.raw("[\"\(kind)\",")
        try write(to: &writer, depth: depth + 1)
        writer.raw("]")
    }

    private init(
        _ json: JSONValue,
        depth: Int,
        _ budget: inout ValueBudget
    ) throws(HCLSpecificationError) {
        try HCLSpecificationLimits.checkDepth(depth)
        try budget.spend()
        switch json {
        case .string(let name):
            try HCLSpecificationLimits.checkName(name)
            try self.init(name: name)
        case .array(let parts):
            guard case .string(let kind)? = parts.first, parts.count >= 2 else {
                throw HCLSpecificationError(.malformed, "an array that is no type")
            }
            try HCLSpecificationLimits.checkName(kind)
            try self.init(kind, Array(parts[1...]), depth, &budget)
        default: throw HCLSpecificationError(.malformed, "\(json.kind) where a type should be")
        }
    }

    private init(name: String) throws(HCLSpecificationError) {
        switch name {
        case "string": self = .string
        case "number": self = .number
        case "bool": self = .bool
        case "dynamic": self = .dynamic
        default:
            let found = "\(HCLSpecificationError.quoted(name)) is no type"
            throw HCLSpecificationError(.malformed, found)
        }
    }

    private init(
        _ kind: String,
        _ rest: [JSONValue],
        _ depth: Int,
        _ budget: inout ValueBudget
    ) throws(HCLSpecificationError) {
        guard rest.count == 1 || kind == "object" && rest.count == 2 else {
            throw HCLSpecificationError(.malformed, "a type with \(rest.count) parts")
        }
        switch (kind, rest[0]) {
        case ("list", let element): self = .list(try CtyType(element, depth: depth + 1, &budget))
        case ("set", let element): self = .set(try CtyType(element, depth: depth + 1, &budget))
        case ("map", let element): self = .map(try CtyType(element, depth: depth + 1, &budget))
        case ("object", .object(let members)):
            let optional = rest.count == 2 ? try Self.names(rest[1]) : []
            var attributes: [Attribute] = []
            for member in members {
                let type = try CtyType(member.value, depth: depth + 1, &budget)
                let isOptional = optional.contains(Array(member.name.utf8))
                attributes.append(Attribute(member.name, type, isOptional: isOptional))
            }
            self = try .object(attributes)
        // Go writes an empty tuple's types, which are a nil slice, as null.
        case ("tuple", .null): self = .tuple([])
        case ("tuple", .array(let elements)):
            var types: [CtyType] = []
            for element in elements {
                types.append(try CtyType(element, depth: depth + 1, &budget))
            }
            self = .tuple(types)
        default:
            let found = "\(HCLSpecificationError.quoted(kind)) with \(rest[0].kind) is no type"
            throw HCLSpecificationError(.malformed, found)
        }
    }

    private static func names(_ json: JSONValue) throws(HCLSpecificationError) -> Set<[UInt8]> {
        guard case .array(let elements) = json else {
            throw HCLSpecificationError(.malformed, "\(json.kind) where names should be")
        }
        var names: Set<[UInt8]> = []
        for element in elements {
            guard case .string(let name) = element else {
                throw HCLSpecificationError(.malformed, "\(element.kind) where a name should be")
            }
            names.insert(Array(name.utf8))
        }
        return names
    }
}
