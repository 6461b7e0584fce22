import Configuration

/// Values in JSON, as go-cty's package `json` has them: `{"value":V,"type":T}` where the reader
/// does not know the type.
extension CtyValue {
    /// The value with its type, as Packer sends a configuration.
    ///
    /// - Throws: ``HCLSpecificationError`` if elements do not fit their containers.
    package func json() throws(HCLSpecificationError) -> [UInt8] {
        var writer = JSONWriter()
        try writeTyped(to: &writer, 0)
        return writer.bytes
    }

    /// The value without its type, for a reader who knows it.
    ///
    /// - Throws: ``HCLSpecificationError`` if the value is not of the type.
    package func json(as type: CtyType) throws(HCLSpecificationError) -> [UInt8] {
        var writer = JSONWriter()
        try write(as: type, to: &writer, 0)
        return writer.bytes
    }

    /// The value that JSON says together with its type.
    ///
    /// - Throws: ``HCLSpecificationError`` for anything else.
    package init(json: [UInt8]) throws(HCLSpecificationError) {
        var reader = CtyJSONReader()
        self = try reader.typed(try JSONReader.document(json), 0)
    }

    /// The value of a known type that JSON says.
    ///
    /// - Throws: ``HCLSpecificationError`` for anything else.
    package init(json: [UInt8], as type: CtyType) throws(HCLSpecificationError) {
        var reader = CtyJSONReader()
        let document = try JSONReader.document(json)
        self = try reader.read(document, type.withoutOptionalAttributes, 0)
    }
}

// MARK: - Writing

extension CtyValue {
    private func writeTyped(
        to writer: inout JSONWriter,
        _ depth: Int
    ) throws(HCLSpecificationError) {
        let type = type
        writer.raw("{\"value\":")
        try write(as: type, to: &writer, depth)
        writer.raw(",\"type\":")
        try type.write(to: &writer, depth: 0)
        writer.raw("}")
    }

    private func write(
        as wanted: CtyType,
        to writer: inout JSONWriter,
        _ depth: Int
    ) throws(HCLSpecificationError) {
        try HCLSpecificationLimits.checkDepth(depth)
        // A placeholder may be longer than the unknown value that somebody sent.
        try HCLSpecificationLimits.checkLength(writer.bytes.count)
        switch (self, wanted) {
        case (.null(.dynamic), .dynamic), (.unknown(.dynamic), _): writer.raw("null")
        case (_, .dynamic): try writeTyped(to: &writer, depth + 1)
        case (.null, _): writer.raw("null")
        case (.unknown, _):
            try CtyValue.placeholder(of: wanted).write(as: wanted, to: &writer, depth)
        case (.string(let text), .string): writer.string(text)
        case (.number(let number), .number): writer.raw(number.description)
        case (.bool(let truth), .bool): writer.raw(truth ? "true" : "false")
        case (.list(_, let elements), .list(let type)), (.set(_, let elements), .set(let type)):
            let numbered = elements.enumerated().map { ($0.offset, $0.element, type) }
            try Self.write(numbered, to: &writer, depth)
        case (.tuple(let elements), .tuple(let types)) where elements.count == types.count:
            let numbered = zip(elements, types).enumerated().map {
                ($0.offset, $0.element.0, $0.element.1)
            }
            try Self.write(numbered, to: &writer, depth)
        case (.map(_, let entries), .map(let type)):
            try Self.write(entries.map { ($0, type) }, to: &writer, depth)
        case (.object(let entries), .object(let object)):
            try Self.write(try Self.paired(entries, object), to: &writer, depth)
        default: throw mismatch(wanted)
        }
    }

    private static func write(
        _ elements: [(Int, CtyValue, CtyType)],
        to writer: inout JSONWriter,
        _ depth: Int
    ) throws(HCLSpecificationError) {
        try writer.list(elements, in: ("[", "]")) { element, writer throws(HCLSpecificationError) in
            try located(.index(element.0)) { () throws(HCLSpecificationError) in
                try element.1.write(as: element.2, to: &writer, depth + 1)
            }
        }
    }

    private static func write(
        _ entries: [(Entry, CtyType)],
        to writer: inout JSONWriter,
        _ depth: Int
    ) throws(HCLSpecificationError) {
        try writer.list(entries, in: ("{", "}")) { entry, writer throws(HCLSpecificationError) in
            writer.string(entry.0.name)
            writer.raw(":")
            try located(.key(entry.0.name)) { () throws(HCLSpecificationError) in
                try entry.0.value.write(as: entry.1, to: &writer, depth + 1)
            }
        }
    }

    /// An object's values with the types of its attributes.
    static func paired(
        _ entries: [Entry],
        _ object: CtyType.ObjectType
    ) throws(HCLSpecificationError) -> [(Entry, CtyType)] {
        let names = object.attributes.map(\.name)
        guard names.elementsEqual(entries.map(\.name), by: { $0.utf8.elementsEqual($1.utf8) })
        else {
            let found = "an object has other attributes than its type"
            throw HCLSpecificationError(.typeMismatch, found)
        }
        return Array(zip(entries, object.attributes.map(\.type)))
    }
}
