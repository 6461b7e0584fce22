import Gob

/// hcldec's `ObjectSpec`: what a configuration consists of, as Packer's plugins describe it.
struct ObjectSpec: Hashable, Sendable {
    /// An attribute, a block, or blocks that may be repeated.
    struct Entry: Hashable, Sendable {
        enum Kind: String, Codable { case attribute, block, list }

        var kind: Kind
        var name: String
        var type: CtyType?
        var required = false
        var nested: ObjectSpec?
        var minimum: Int64 = 0
        var maximum: Int64 = 0
    }

    var entries: [String: Entry]
}

// MARK: - Gob

extension ObjectSpec {
    /// The name under which Go knows the type if Packer was built from modules.
    static let modulePath = "github.com/hashicorp/hcl/v2/hcldec.ObjectSpec"

    private static let objectSpec = GobTypeID(65)
    private static let attrSpec = GobTypeID(66)
    private static let type = GobTypeID(67)
    private static let blockSpec = GobTypeID(68)
    private static let blockListSpec = GobTypeID(69)

    private static func types() throws -> GobTypes {
        var types = GobTypes()
        try types.define(
            objectSpec,
            as: .map(name: "ObjectSpec", key: .string, element: .interface)
        )
        let attribute: [GobTypeDefinition.Field] = [
            .init("Name", .string), .init("Type", type), .init("Required", .bool),
        ]
        try types.define(attrSpec, as: .structure(name: "AttrSpec", fields: attribute))
        try types.define(type, as: .opaque(name: "Type"))
        let block: [GobTypeDefinition.Field] = [
            .init("TypeName", .string), .init("Nested", .interface), .init("Required", .bool),
        ]
        try types.define(blockSpec, as: .structure(name: "BlockSpec", fields: block))
        let list: [GobTypeDefinition.Field] = [
            .init("TypeName", .string), .init("Nested", .interface),
            .init("MinItems", .int), .init("MaxItems", .int),
        ]
        try types.define(blockListSpec, as: .structure(name: "BlockListSpec", fields: list))
        return types
    }

    /// A stream of the specification, its entries in the order of their names.
    func stream(objectSpecName: String = ObjectSpec.modulePath) throws -> [UInt8] {
        let value = try value(objectSpecName)
        return try GobEncoder.stream(of: value, as: Self.objectSpec, types: try Self.types())
    }

    private func value(_ objectSpecName: String) throws -> GobValue {
        let sorted = entries.sorted { $0.key < $1.key }
        return .map(
            try sorted.map { key, entry in
                .init(.string(key), .interface(try Self.held(entry, objectSpecName)))
            }
        )
    }

    private static func held(_ entry: Entry, _ objectSpecName: String) throws -> GobInterface {
        let nested = try entry.nested.map {
            GobInterface(objectSpecName, objectSpec, try $0.value(objectSpecName))
        }
        switch entry.kind {
        case .attribute:
            let fields: [GobStructure.Field] = [
                .init("Name", .string(entry.name)),
                .init("Type", .opaque(try entry.type?.stream ?? [])),
                .init("Required", .bool(entry.required)),
            ]
            return GobInterface("*hcldec.AttrSpec", attrSpec, .structure(GobStructure(fields)))
        case .block:
            let fields: [GobStructure.Field] = [
                .init("TypeName", .string(entry.name)),
                .init("Nested", .interface(nested)),
                .init("Required", .bool(entry.required)),
            ]
            return GobInterface("*hcldec.BlockSpec", blockSpec, .structure(GobStructure(fields)))
        case .list:
            let fields: [GobStructure.Field] = [
                .init("TypeName", .string(entry.name)),
                .init("Nested", .interface(nested)),
                .init("MinItems", .int(entry.minimum)),
                .init("MaxItems", .int(entry.maximum)),
            ]
            return GobInterface(
                "*hcldec.BlockListSpec",
                blockListSpec,
                .structure(GobStructure(fields))
            )
        }
    }

    /// Reads what Go's encoder, or ours, wrote of a specification.
    init(stream: [UInt8]) throws { try self.init(value: try GobDecoder.value(of: stream)) }

    private init(value: GobValue) throws {
        entries = [:]
        for pair in try value.entries {
            guard let held = try pair.element.held else { throw Unexpected("an entry is nil") }
            entries[try pair.key.string] = try Self.entry(held)
        }
    }

    private static func entry(_ held: GobInterface) throws -> Entry {
        let fields = try held.value.structure
        func nested() throws -> ObjectSpec {
            // The path before it depends on how Packer was built.
            guard let inner = try fields.held("Nested"),
                inner.typeName.hasSuffix("hcldec.ObjectSpec")
            else { throw Unexpected("a block of something else") }
            return try ObjectSpec(value: inner.value)
        }
        switch held.typeName {
        case "*hcldec.AttrSpec":
            var entry = Entry(kind: .attribute, name: try fields.string("Name"))
            entry.type = try CtyType(stream: try fields["Type"]?.bytes ?? [])
            entry.required = try fields.bool("Required")
            return entry
        case "*hcldec.BlockSpec":
            var entry = Entry(kind: .block, name: try fields.string("TypeName"))
            entry.nested = try nested()
            entry.required = try fields.bool("Required")
            return entry
        case "*hcldec.BlockListSpec":
            var entry = Entry(kind: .list, name: try fields.string("TypeName"))
            entry.nested = try nested()
            entry.minimum = try fields.int("MinItems")
            entry.maximum = try fields.int("MaxItems")
            return entry
        default: throw Unexpected("an entry of the type \(held.typeName)")
        }
    }
}

// MARK: - JSON

extension ObjectSpec: Codable {
    init(from decoder: any Decoder) throws {
        entries = try decoder.singleValueContainer().decode([String: Entry].self)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(entries)
    }
}

extension ObjectSpec.Entry: Codable {
    private enum CodingKeys: String, CodingKey {
        case kind, name, type, required, nested, minimum, maximum
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        kind = try container.decode(Kind.self, forKey: .kind)
        name = try container.decode(String.self, forKey: .name)
        type = try container.decodeIfPresent(CtyType.self, forKey: .type)
        required = try container.decodeIfPresent(Bool.self, forKey: .required) ?? false
        nested = try container.decodeIfPresent(ObjectSpec.self, forKey: .nested)
        // A block without entries is written without them.
        if kind != .attribute, nested == nil { nested = ObjectSpec(entries: [:]) }
        minimum = try container.decodeIfPresent(Int64.self, forKey: .minimum) ?? 0
        maximum = try container.decodeIfPresent(Int64.self, forKey: .maximum) ?? 0
    }
}
