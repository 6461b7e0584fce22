import Configuration
import Gob

/// Specifications in gob: what hosts up to Packer 1.11 want, and later ones of some plugins.
///
/// Go writes a map of names to interfaces with pointers to `AttrSpec`, `BlockSpec` and
/// `BlockListSpec`, and defines each type where it first meets it; all definitions come first here,
/// which Go reads as well.
extension HCLSpecification {
    /// The name by which the host's Go knows the type `ObjectSpec` in interfaces.
    ///
    /// It depends on how Packer was built. To a specification with nested blocks under a name that
    /// it does not know, Packer says `gob: name not registered for interface` and crashes;
    /// one of attributes only does not have the name in it.
    package struct ObjectSpecName: Hashable, Sendable {
        /// The full path of the package, a dot, and the name.
        package let rawValue: String

        /// A name of another build.
        package init(rawValue: String) { self.rawValue = rawValue }

        /// In HashiCorp's own builds, and in all others from modules.
        package static let official = ObjectSpecName(
            rawValue: "github.com/hashicorp/hcl/v2/hcldec.ObjectSpec"
        )

        /// In Debian's package of Packer, which is built with its dependencies below it.
        package static let debian = ObjectSpecName(
            rawValue: "github.com/hashicorp/packer/vendor/" + official.rawValue
        )
    }

    private static let objectSpec = GobTypeID(65)
    private static let attrSpec = GobTypeID(66)
    private static let type = GobTypeID(67)
    private static let blockSpec = GobTypeID(68)
    private static let blockListSpec = GobTypeID(69)

    private static func types() throws(GobError) -> GobTypes {
        let attribute: [GobTypeDefinition.Field] = [
            .init("Name", .string), .init("Type", type), .init("Required", .bool),
        ]
        let block: [GobTypeDefinition.Field] = [
            .init("TypeName", .string), .init("Nested", .interface), .init("Required", .bool),
        ]
        let list: [GobTypeDefinition.Field] = [
            .init("TypeName", .string), .init("Nested", .interface),
            .init("MinItems", .int), .init("MaxItems", .int),
        ]
        return try GobTypes([
            (objectSpec, .map(name: "ObjectSpec", key: .string, element: .interface)),
            (attrSpec, .structure(name: "AttrSpec", fields: attribute)),
            (type, .opaque(name: "Type")),
            (blockSpec, .structure(name: "BlockSpec", fields: block)),
            (blockListSpec, .structure(name: "BlockListSpec", fields: list)),
        ])
    }

    /// The specification's stream.
    ///
    /// - Throws: ``HCLSpecificationError`` for a type that gob does not have.
    package func gob(
        objectSpecName: ObjectSpecName = .official
    ) throws(HCLSpecificationError) -> [UInt8] {
        let value = try gobValue(objectSpecName.rawValue, 0)
        return try inGob { () throws(GobError) in
            try GobEncoder.stream(of: value, as: Self.objectSpec, types: try Self.types())
        }
    }

    private func gobValue(_ name: String, _ depth: Int) throws(HCLSpecificationError) -> GobValue {
        try HCLSpecificationLimits.checkBlocks(depth)
        var pairs: [GobValue.Entry] = []
        for entry in entries {
            let held = try located(.key(entry.key)) { () throws(HCLSpecificationError) in
                try Self.held(entry.element, name, depth)
            }
            pairs.append(GobValue.Entry(.string(entry.key), .interface(held)))
        }
        return .map(pairs)
    }

    private static func held(
        _ element: Element,
        _ objectSpecName: String,
        _ depth: Int
    ) throws(HCLSpecificationError) -> GobInterface {
        func nested(_ inner: HCLSpecification) throws(HCLSpecificationError) -> GobValue {
            let value = try inner.gobValue(objectSpecName, depth + 1)
            return .interface(GobInterface(objectSpecName, objectSpec, value))
        }
        let (name, type, fields): (String, GobTypeID, [GobStructure.Field])
        switch element {
        case .attribute(let attribute, let ctyType, let isRequired):
            (name, type) = ("*hcldec.AttrSpec", attrSpec)
            fields = [
                .init("Name", .string(attribute)), .init("Type", .opaque(try ctyType.gob())),
                .init("Required", .bool(isRequired)),
            ]
        case .block(let block, let inner, let isRequired):
            (name, type) = ("*hcldec.BlockSpec", blockSpec)
            fields = [
                .init("TypeName", .string(block)), .init("Nested", try nested(inner)),
                .init("Required", .bool(isRequired)),
            ]
        case .blockList(let block, let inner, let minimum, let maximum):
            (name, type) = ("*hcldec.BlockListSpec", blockListSpec)
            fields = [
                .init("TypeName", .string(block)), .init("Nested", try nested(inner)),
                .init("MinItems", .int(Int64(minimum))), .init("MaxItems", .int(Int64(maximum))),
            ]
        }
        return GobInterface(name, type, .structure(GobStructure(fields)))
    }
}

// MARK: - Reading

extension HCLSpecification {
    /// The specification that a stream of Go's, or of ours, says.
    ///
    /// - Throws: ``HCLSpecificationError`` for anything else, and for the kinds of specifications
    ///   that no plugin of Packer's uses.
    package init(gob stream: [UInt8]) throws(HCLSpecificationError) {
        let value = try inGob { () throws(GobError) in try GobDecoder.value(of: stream) }
        try self.init(gobValue: value, 0)
    }

    private init(gobValue value: GobValue, _ depth: Int) throws(HCLSpecificationError) {
        try HCLSpecificationLimits.checkBlocks(depth)
        var entries: [Entry] = []
        for pair in try inGob({ () throws(GobError) in try value.entries }) {
            let (key, held) = try inGob { () throws(GobError) in
                (try pair.key.string, try pair.element.held)
            }
            let element = try located(.key(key)) { () throws(HCLSpecificationError) in
                try Self.element(held, depth)
            }
            entries.append(Entry(element, key: key))
        }
        try self.init(entries)
    }

    private static func element(
        _ held: GobInterface?,
        _ depth: Int
    ) throws(HCLSpecificationError) -> Element {
        guard let held else { throw HCLSpecificationError(.malformed, "an entry is nil") }
        let fields = try inGob { () throws(GobError) in try held.value.structure }
        func gob<Value>(
            _ get: (GobStructure) throws(GobError) -> Value
        ) throws(HCLSpecificationError) -> Value {
            try inGob { () throws(GobError) in try get(fields) }
        }
        switch held.typeName {
        case "*hcldec.AttrSpec":
            let type = try gob { fields throws(GobError) in try fields["Type"]?.bytes ?? [] }
            return .attribute(
                try gob { fields throws(GobError) in try fields.string("Name") },
                try CtyType(gob: type),
                isRequired: try gob { fields throws(GobError) in try fields.bool("Required") }
            )
        case "*hcldec.BlockSpec":
            return .block(
                try gob { fields throws(GobError) in try fields.string("TypeName") },
                try nested(in: fields, depth),
                isRequired: try gob { fields throws(GobError) in try fields.bool("Required") }
            )
        case "*hcldec.BlockListSpec":
            return .blockList(
                try gob { fields throws(GobError) in try fields.string("TypeName") },
                try nested(in: fields, depth),
                minimum: Int(try gob { fields throws(GobError) in try fields.int("MinItems") }),
                maximum: Int(try gob { fields throws(GobError) in try fields.int("MaxItems") })
            )
        default:
            let found = "an entry is a \(HCLSpecificationError.quoted(held.typeName))"
            throw HCLSpecificationError(.unsupported, found)
        }
    }

    private static func nested(
        in fields: GobStructure,
        _ depth: Int
    ) throws(HCLSpecificationError) -> HCLSpecification {
        let held = try inGob { () throws(GobError) in try fields.held("Nested") }
        let name = held?.typeName ?? ""
        // The path before it depends on how the sender was built.
        guard let held, name.utf8.suffix(17).elementsEqual("hcldec.ObjectSpec".utf8) else {
            let found = "a block of a \(HCLSpecificationError.quoted(name)) and no ObjectSpec"
            throw HCLSpecificationError(.unsupported, found)
        }
        return try HCLSpecification(gobValue: held.value, depth + 1)
    }
}
