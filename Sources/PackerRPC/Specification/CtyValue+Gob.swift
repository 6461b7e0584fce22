import Configuration
import Gob

/// Values in gob: what `Datasource.Execute` returns where the two sides do not speak protobuf.
///
/// Source: go-cty's `Value.GobEncode`, a `GobEncoder` of the name `Value` whose bytes are a stream of
/// its `gobValue{Version int, Ty Type, V interface{}}`. There a list or tuple is an
/// `[]interface {}`, a map or object a `map[string]interface {}`, a number a `math/big.Float`, and
/// null nothing. Sets hold their hash tables' rules and are refused, as are unknown values.
extension CtyValue {
    private static let listName = "[]interface {}"
    private static let mapName = "map[string]interface {}"
    private static let numberName = "math/big.Float"

    private static let value = GobTypeID(65)
    private static let gobValue = GobTypeID(66)
    private static let type = GobTypeID(67)
    private static let list = GobTypeID(68)
    private static let map = GobTypeID(69)
    private static let number = GobTypeID(70)

    /// The value's stream, all definitions first.
    ///
    /// - Throws: ``HCLSpecificationError`` for what has no form in gob: sets, unknown values, the
    ///   type dynamic.
    package func gob() throws(HCLSpecificationError) -> [UInt8] {
        let fields: [GobTypeDefinition.Field] = [
            .init("Version", .int), .init("Ty", Self.type), .init("V", .interface),
        ]
        var values = [GobStructure.Field("Ty", .opaque(try type.gob()))]
        values.append(GobStructure.Field("V", .interface(try held(0))))
        return try inGob { () throws(GobError) in
            let inner = try GobEncoder.stream(
                of: .structure(GobStructure(values)),
                as: Self.gobValue,
                types: try GobTypes([
                    (Self.gobValue, .structure(name: "gobValue", fields: fields)),
                    (Self.type, .opaque(name: "Type")),
                    (Self.list, .slice(name: "", element: .interface)),
                    (Self.map, .map(name: "", key: .string, element: .interface)),
                    (Self.number, .opaque(name: "Float")),
                ])
            )
            return try GobEncoder.stream(
                of: .opaque(inner),
                as: Self.value,
                types: try GobTypes([(Self.value, .opaque(name: "Value"))])
            )
        }
    }

    /// The value as Go's interface holds it; `nil` for null.
    private func held(_ depth: Int) throws(HCLSpecificationError) -> GobInterface? {
        try HCLSpecificationLimits.checkDepth(depth)
        switch self {
        case .null: return nil
        case .string(let text): return GobInterface("string", .string, .string(text))
        case .bool(let truth): return GobInterface("bool", .bool, .bool(truth))
        case .number(let number):
            return GobInterface(Self.numberName, Self.number, .opaque(number.gobFloat))
        case .list(_, let elements), .tuple(let elements):
            var values: [GobValue] = []
            for (index, element) in elements.enumerated() {
                let held = try located(.index(index)) { () throws(HCLSpecificationError) in
                    try element.held(depth + 1)
                }
                values.append(.interface(held))
            }
            return GobInterface(Self.listName, Self.list, .sequence(values))
        case .map(_, let entries), .object(let entries):
            var values: [GobValue.Entry] = []
            for entry in entries {
                let held = try located(.key(entry.name)) { () throws(HCLSpecificationError) in
                    try entry.value.held(depth + 1)
                }
                values.append(GobValue.Entry(.string(entry.name), .interface(held)))
            }
            return GobInterface(Self.mapName, Self.map, .map(values))
        case .set, .unknown:
            throw HCLSpecificationError(.unsupported, "\(kind) has no form in gob")
        }
    }
}

// MARK: - Reading

extension CtyValue {
    /// The value that a stream of Go's, or of ours, says.
    ///
    /// - Throws: ``HCLSpecificationError`` for anything else.
    package init(gob stream: [UInt8]) throws(HCLSpecificationError) {
        let (type, held) = try inGob { () throws(GobError) in
            let inner = try GobDecoder.value(of: try GobDecoder.value(of: stream).bytes).structure
            let isKnown = try inner.int("Version") == 0
            return (isKnown ? try inner["Ty"]?.bytes ?? [] : [], try inner.held("V"))
        }
        let plain = try CtyType(gob: type).withoutOptionalAttributes
        self = try CtyValue.read(held, plain, 0)
    }

    private static func read(
        _ held: GobInterface?,
        _ type: CtyType,
        _ depth: Int
    ) throws(HCLSpecificationError) -> CtyValue {
        try HCLSpecificationLimits.checkDepth(depth)
        guard let held else { return .null(type) }
        switch (type, held.value) {
        case (.string, .string(let text)): return .string(text)
        case (.bool, .bool(let truth)): return .bool(truth)
        case (.number, .opaque(let bytes)): return .number(try CtyNumber(gobFloat: bytes))
        case (.list(let element), .sequence(let elements)):
            return .list(of: element, try read(elements, depth) { _ in element })
        case (.tuple(let types), .sequence(let elements)) where types.count == elements.count:
            return .tuple(try read(elements, depth) { types[$0] })
        case (.map(let element), .map(let pairs)):
            let entries = try read(pairs, depth) { _ in element }
            return .map(of: element, try orderedByName(entries, \.name))
        case (.object(let object), .map(let pairs)) where pairs.count == object.attributes.count:
            var types: [[UInt8]: CtyType] = [:]
            for attribute in object.attributes {
                types[Array(attribute.name.utf8)] = attribute.type
            }
            let entries = try read(pairs, depth) { types[Array($0.utf8)] }
            return .object(try orderedByName(entries, \.name))
        default:
            let name = HCLSpecificationError.quoted(held.typeName)
            throw HCLSpecificationError(
                .typeMismatch,
                "a \(name) of another form stands where \(type.kind) should be"
            )
        }
    }

    private static func read(
        _ elements: [GobValue],
        _ depth: Int,
        type: (Int) -> CtyType
    ) throws(HCLSpecificationError) -> [CtyValue] {
        var values: [CtyValue] = []
        for (index, element) in elements.enumerated() {
            let value = try located(.index(index)) { () throws(HCLSpecificationError) in
                try read(
                    try inGob { () throws(GobError) in try element.held },
                    type(index),
                    depth + 1
                )
            }
            values.append(value)
        }
        return values
    }

    private static func read(
        _ pairs: [GobValue.Entry],
        _ depth: Int,
        type: (String) -> CtyType?
    ) throws(HCLSpecificationError) -> [Entry] {
        var entries: [Entry] = []
        for pair in pairs {
            let (name, held) = try inGob { () throws(GobError) in
                (try pair.key.string, try pair.element.held)
            }
            guard let type = type(name) else {
                let found = "its type has no attribute \(HCLSpecificationError.quoted(name))"
                throw HCLSpecificationError(.typeMismatch, found)
            }
            let value = try located(.key(name)) { () throws(HCLSpecificationError) in
                try read(held, type, depth + 1)
            }
            entries.append(Entry(name, value))
        }
        return entries
    }
}
