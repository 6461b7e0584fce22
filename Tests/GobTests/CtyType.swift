import Gob

/// A type of cty, the value system of HCL, as far as configurations need it.
indirect enum CtyType: Hashable, Sendable {
    case string
    case number
    case bool
    case list(CtyType)
    case map(CtyType)
    case set(CtyType)
    case object([String: CtyType])
    case tuple([CtyType])
}

// MARK: - Gob

extension CtyType {
    private static let package = "github.com/zclconf/go-cty/cty."
    private static let gobType = GobTypeID(65)
    private static let implementation = GobTypeID(66)
    private static let firstPart = GobTypeID(67)
    private static let secondPart = GobTypeID(68)

    /// The stream that cty's `Type.GobEncode` writes, types first.
    var stream: [UInt8] {
        get throws {
            var types = GobTypes()
            let fields: [GobTypeDefinition.Field] = [
                .init("Version", .int), .init("Impl", .interface),
            ]
            try types.define(Self.gobType, as: .structure(name: "gobType", fields: fields))
            let name: String
            let part: GobStructure.Field
            switch self {
            case .string, .number, .bool:
                name = "primitiveType"
                part = .init("Kind", .uint(UInt64(kind)))
                try define(&types, name, .init("Kind", .uint))
            case .list(let element), .map(let element), .set(let element):
                name = collectionName
                part = .init("ElementTypeT", .opaque(try element.stream))
                try define(&types, name, .init("ElementTypeT", Self.firstPart))
                try types.define(Self.firstPart, as: .opaque(name: "Type"))
            case .object(let attributes):
                name = "typeObject"
                let sorted = attributes.sorted { $0.key < $1.key }
                part = .init(
                    "AttrTypes",
                    .map(try sorted.map { .init(.string($0), .opaque(try $1.stream)) })
                )
                try define(&types, name, .init("AttrTypes", Self.firstPart))
                try types.define(
                    Self.firstPart,
                    as: .map(name: "map[string]cty.Type", key: .string, element: Self.secondPart)
                )
                try types.define(Self.secondPart, as: .opaque(name: "Type"))
            case .tuple(let elements):
                name = "typeTuple"
                part = .init("ElemTypes", .sequence(try elements.map { .opaque(try $0.stream) }))
                try define(&types, name, .init("ElemTypes", Self.firstPart))
                try types.define(
                    Self.firstPart,
                    as: .slice(name: "[]cty.Type", element: Self.secondPart)
                )
                try types.define(Self.secondPart, as: .opaque(name: "Type"))
            }
            let held = GobInterface(
                Self.package + name,
                Self.implementation,
                .structure(GobStructure([part]))
            )
            let value = GobValue.structure(GobStructure([.init("Impl", .interface(held))]))
            return try GobEncoder.stream(of: value, as: Self.gobType, types: types)
        }
    }

    private func define(
        _ types: inout GobTypes,
        _ name: String,
        _ field: GobTypeDefinition.Field
    ) throws {
        try types.define(Self.implementation, as: .structure(name: name, fields: [field]))
    }

    private var kind: UInt8 {
        switch self {
        case .string: UInt8(ascii: "S")
        case .number: UInt8(ascii: "N")
        default: UInt8(ascii: "B")
        }
    }

    private var collectionName: String {
        switch self {
        case .list: "typeList"
        case .map: "typeMap"
        default: "typeSet"
        }
    }

    /// Reads what cty's `Type.GobEncode` wrote, in any order of definitions.
    init(stream: [UInt8], depth: Int = 0) throws {
        guard depth < 32 else { throw Unexpected("types are nested too deep") }
        let outer = try GobDecoder.value(of: stream).structure
        guard try outer.int("Version") == 0, let held = try outer.held("Impl") else {
            throw Unexpected("a type of an unknown version")
        }
        let fields = try held.value.structure
        func inner(_ value: GobValue?) throws -> CtyType {
            try CtyType(stream: try value?.bytes ?? [], depth: depth + 1)
        }
        switch held.typeName {
        case Self.package + "primitiveType":
            switch UInt8(exactly: try fields.uint("Kind")) {
            case UInt8(ascii: "S"): self = .string
            case UInt8(ascii: "N"): self = .number
            case UInt8(ascii: "B"): self = .bool
            default: throw Unexpected("an unknown primitive type")
            }
        case Self.package + "typeList": self = .list(try inner(fields["ElementTypeT"]))
        case Self.package + "typeMap": self = .map(try inner(fields["ElementTypeT"]))
        case Self.package + "typeSet": self = .set(try inner(fields["ElementTypeT"]))
        case Self.package + "typeObject":
            let entries = try (fields["AttrTypes"]?.entries ?? []).map {
                (try $0.key.string, try inner($0.element))
            }
            self = .object(Dictionary(uniqueKeysWithValues: entries))
        case Self.package + "typeTuple":
            self = .tuple(try (fields["ElemTypes"]?.elements ?? []).map { try inner($0) })
        default: throw Unexpected("an unknown kind of type, \(held.typeName)")
        }
    }
}

/// What a test did not expect of a stream.
struct Unexpected: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

// MARK: - JSON

extension CtyType: Codable {
    init(from decoder: any Decoder) throws {
        if let name = try? decoder.singleValueContainer().decode(String.self) {
            let names: [String: CtyType] = ["string": .string, "number": .number, "bool": .bool]
            guard let known = names[name] else { throw Unexpected("a type \(name)") }
            self = known
            return
        }
        var list = try decoder.unkeyedContainer()
        switch try list.decode(String.self) {
        case "list": self = .list(try list.decode(CtyType.self))
        case "map": self = .map(try list.decode(CtyType.self))
        case "set": self = .set(try list.decode(CtyType.self))
        case "object": self = .object(try list.decode([String: CtyType].self))
        // An empty tuple is written as null.
        case "tuple": self = .tuple(try list.decode([CtyType]?.self) ?? [])
        case let other: throw Unexpected("a type \(other)")
        }
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .string: try encode("string", encoder)
        case .number: try encode("number", encoder)
        case .bool: try encode("bool", encoder)
        case .list(let element): try encode("list", element, encoder)
        case .map(let element): try encode("map", element, encoder)
        case .set(let element): try encode("set", element, encoder)
        case .object(let attributes): try encode("object", attributes, encoder)
        case .tuple(let elements): try encode("tuple", elements, encoder)
        }
    }

    private func encode(_ name: String, _ encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }

    private func encode(_ name: String, _ rest: some Encodable, _ encoder: any Encoder) throws {
        var list = encoder.unkeyedContainer()
        try list.encode(name)
        try list.encode(rest)
    }
}
