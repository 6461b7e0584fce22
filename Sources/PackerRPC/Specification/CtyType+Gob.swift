import Gob

/// Types in gob: a stream of go-cty's `gobType`, whose only field that is not zero is an interface
/// with one of the structs that implement types.
///
/// Source: go-cty's `Type.GobEncode`. Go cannot send ``CtyType/dynamic`` so.
extension CtyType {
    private static let package = "github.com/zclconf/go-cty/cty."
    private static let gobType = GobTypeID(65)
    private static let implementation = GobTypeID(66)
    private static let firstPart = GobTypeID(67)
    private static let secondPart = GobTypeID(68)
    private static let optional = GobTypeID(69)
    private static let nothing = GobTypeID(70)

    /// The type's stream, all definitions first.
    ///
    /// - Throws: ``HCLSpecificationError`` where the type has ``dynamic`` in it.
    func gob(depth: Int = 0) throws(HCLSpecificationError) -> [UInt8] {
        try HCLSpecificationLimits.checkDepth(depth)
        switch self {
        case .string: return try Self.primitive("S")
        case .number: return try Self.primitive("N")
        case .bool: return try Self.primitive("B")
        case .list(let element): return try Self.collection("typeList", element, depth)
        case .set(let element): return try Self.collection("typeSet", element, depth)
        case .map(let element): return try Self.collection("typeMap", element, depth)
        case .object(let object): return try Self.object(object, depth)
        case .tuple(let elements): return try Self.tuple(elements, depth)
        case .dynamic:
            throw HCLSpecificationError(.unsupported, "the type dynamic has no form in gob")
        }
    }

    private static func primitive(
        _ letter: Unicode.Scalar
    ) throws(HCLSpecificationError) -> [UInt8] {
        let kind = GobStructure.Field("Kind", .uint(UInt64(letter.value)))
        return try stream("primitiveType", [kind], [.init("Kind", .uint)], [])
    }

    private static func collection(
        _ name: String,
        _ element: CtyType,
        _ depth: Int
    ) throws(HCLSpecificationError) -> [UInt8] {
        let part = GobStructure.Field("ElementTypeT", .opaque(try element.gob(depth: depth + 1)))
        return try stream(
            name,
            [part],
            [.init("ElementTypeT", firstPart)],
            [(firstPart, .opaque(name: "Type"))]
        )
    }

    /// What is optional is a map to `struct{}`, which older readers do not look at; where nothing
    /// is, it is not defined.
    private static func object(
        _ object: ObjectType,
        _ depth: Int
    ) throws(HCLSpecificationError) -> [UInt8] {
        var types: [GobValue.Entry] = []
        for attribute in object.attributes {
            let type = try attribute.type.gob(depth: depth + 1)
            types.append(GobValue.Entry(.string(attribute.name), .opaque(type)))
        }
        var values = [GobStructure.Field("AttrTypes", .map(types))]
        var fields = [GobTypeDefinition.Field("AttrTypes", firstPart)]
        var definitions: [(GobTypeID, GobTypeDefinition)] = [
            (firstPart, .map(name: "map[string]cty.Type", key: .string, element: secondPart)),
            (secondPart, .opaque(name: "Type")),
        ]
        let names = object.attributes.filter(\.isOptional).map(\.name)
        if !names.isEmpty {
            let entries = names.map { GobValue.Entry(.string($0), .structure(GobStructure([]))) }
            values.append(GobStructure.Field("AttrOptional", .map(entries)))
            fields.append(GobTypeDefinition.Field("AttrOptional", optional))
            definitions += [
                (optional, .map(name: "map[string]struct {}", key: .string, element: nothing)),
                (nothing, .structure(name: "", fields: [])),
            ]
        }
        return try stream("typeObject", values, fields, definitions)
    }

    private static func tuple(
        _ elements: [CtyType],
        _ depth: Int
    ) throws(HCLSpecificationError) -> [UInt8] {
        var types: [GobValue] = []
        for element in elements { types.append(.opaque(try element.gob(depth: depth + 1))) }
        return try stream(
            "typeTuple",
            [GobStructure.Field("ElemTypes", .sequence(types))],
            [.init("ElemTypes", firstPart)],
            [
                (firstPart, .slice(name: "[]cty.Type", element: secondPart)),
                (secondPart, .opaque(name: "Type")),
            ]
        )
    }

    private static func stream(
        _ name: String,
        _ values: [GobStructure.Field],
        _ fields: [GobTypeDefinition.Field],
        _ others: [(GobTypeID, GobTypeDefinition)]
    ) throws(HCLSpecificationError) -> [UInt8] {
        let outer: [GobTypeDefinition.Field] = [
            .init("Version", .int), .init("Impl", .interface),
        ]
        let definitions = [
            (gobType, GobTypeDefinition.structure(name: "gobType", fields: outer)),
            (implementation, GobTypeDefinition.structure(name: name, fields: fields)),
        ]
        let held = GobInterface(package + name, implementation, .structure(GobStructure(values)))
        return try inGob { () throws(GobError) in
            try GobEncoder.stream(
                of: .structure(GobStructure([.init("Impl", .interface(held))])),
                as: gobType,
                types: try GobTypes(definitions + others)
            )
        }
    }
}

// MARK: - Reading

extension CtyType {
    /// The type that a stream of Go's, or of ours, says.
    init(gob stream: [UInt8]) throws(HCLSpecificationError) {
        var budget = ValueBudget(HCLSpecificationLimits.types)
        try self.init(gob: stream, 0, &budget)
    }

    private init(
        gob stream: [UInt8],
        _ depth: Int,
        _ budget: inout ValueBudget
    ) throws(HCLSpecificationError) {
        try HCLSpecificationLimits.checkDepth(depth)
        try budget.spend()
        let (name, fields) = try inGob { () throws(GobError) in
            let outer = try GobDecoder.value(of: stream).structure
            let held = try outer.int("Version") == 0 ? try outer.held("Impl") : nil
            return (held?.typeName ?? "", try held?.value.structure ?? GobStructure([]))
        }
        func inner(_ value: GobValue?) throws(HCLSpecificationError) -> CtyType {
            let bytes = try inGob { () throws(GobError) in try value?.bytes ?? [] }
            return try CtyType(gob: bytes, depth + 1, &budget)
        }
        switch name {
        case Self.package + "primitiveType": self = try Self.primitive(fields)
        case Self.package + "typeList": self = .list(try inner(fields["ElementTypeT"]))
        case Self.package + "typeSet": self = .set(try inner(fields["ElementTypeT"]))
        case Self.package + "typeMap": self = .map(try inner(fields["ElementTypeT"]))
        case Self.package + "typeObject":
            let optional = try Self.names(fields["AttrOptional"])
            var attributes: [Attribute] = []
            for (name, value) in try Self.entries(fields["AttrTypes"]) {
                let isOptional = optional.contains(Array(name.utf8))
                attributes.append(Attribute(name, try inner(value), isOptional: isOptional))
            }
            self = try .object(attributes)
        case Self.package + "typeTuple":
            let elements = try inGob { () throws(GobError) in
                try fields["ElemTypes"]?.elements ?? []
            }
            var types: [CtyType] = []
            for element in elements { types.append(try inner(element)) }
            self = .tuple(types)
        default:
            let found = "a type in gob is a \(HCLSpecificationError.quoted(name))"
            throw HCLSpecificationError(.malformed, found)
        }
    }

    private static func primitive(_ fields: GobStructure) throws(HCLSpecificationError) -> CtyType {
        switch try inGob({ () throws(GobError) in try fields.uint("Kind") }) {
        case UInt64(UInt8(ascii: "S")): return .string
        case UInt64(UInt8(ascii: "N")): return .number
        case UInt64(UInt8(ascii: "B")): return .bool
        default: throw HCLSpecificationError(.malformed, "an unknown primitive type in gob")
        }
    }

    private static func names(_ map: GobValue?) throws(HCLSpecificationError) -> Set<[UInt8]> {
        Set(try entries(map).map { Array($0.0.utf8) })
    }

    private static func entries(
        _ map: GobValue?
    ) throws(HCLSpecificationError) -> [(String, GobValue)] {
        try inGob { () throws(GobError) in
            var entries: [(String, GobValue)] = []
            for entry in try map?.entries ?? [] {
                entries.append((try entry.key.string, entry.element))
            }
            return entries
        }
    }
}

/// What fails here because of gob, as an error of this library.
func inGob<Result>(
    _ body: () throws(GobError) -> Result
) throws(HCLSpecificationError) -> Result {
    do {
        return try body()
    } catch {
        let code: HCLSpecificationError.Code =
            error.code == .limitExceeded ? .limitExceeded : .malformed
        throw HCLSpecificationError(
            code,
            "no gob of this kind: \(error.found)",
            offset: error.offset
        )
    }
}

extension GobTypes {
    /// A table of these types, in this order.
    init(_ definitions: [(GobTypeID, GobTypeDefinition)]) throws(GobError) {
        self.init()
        for (id, definition) in definitions { try define(id, as: definition) }
    }
}
