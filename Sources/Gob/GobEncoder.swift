/// Writes the values of a gob stream.
///
/// The types are declared first, under numbers of the caller's choice:
///
/// ```swift
/// let point = GobTypeID(65)
/// var types = GobTypes()
/// try types.define(point, as: .structure(name: "Point", fields: [.init("X", .int)]))
/// var encoder = GobEncoder(types: types)
/// let bytes = try encoder.encode(.structure(GobStructure([.init("X", .int(22))])), as: point)
/// ```
///
/// Where Go's encoder defines a type when it first meets it, if need be in the middle of a value,
/// this one defines all of them before the first value. Go's decoder takes both, and does not mind
/// definitions that are never used.
package struct GobEncoder: Sendable {
    /// The types of the stream.
    package let types: GobTypes

    /// How deep values may nest, the same as in ``GobLimits/maximumDepth`` and for the same
    /// readers.
    private let maximumDepth = GobLimits.standard.maximumDepth

    /// The place of each field, by the bytes of its name, in its struct.
    private let fieldNumbers: [GobTypeID: [[UInt8]: Int]]
    private var hasDefinedTypes = false

    /// An encoder at the beginning of a stream.
    package init(types: GobTypes) {
        self.types = types
        var fieldNumbers: [GobTypeID: [[UInt8]: Int]] = [:]
        for id in types.ids {
            guard case .structure(_, let fields) = types[id] else { continue }
            let numbered = zip(fields.map { Array($0.name.utf8) }, fields.indices)
            fieldNumbers[id] = Dictionary(numbered) { first, _ in first }
        }
        self.fieldNumbers = fieldNumbers
    }

    /// The bytes of a value, which are the next of the stream; at the first call the definitions
    /// of all types stand before them.
    ///
    /// As in Go, fields of a struct are left out if they are false, zero, empty text, bytes or
    /// slices, or nil.
    ///
    /// - Throws: ``GobError`` if the value is not of the type; then nothing belongs to the stream.
    package mutating func encode(
        _ value: GobValue,
        as type: GobTypeID
    ) throws(GobError) -> [UInt8] {
        var writer = GobWriter()
        if !hasDefinedTypes { try define(&writer) }
        try writer.delimited { writer throws(GobError) in
            writer.type(type)
            try writeAlone(value, type, 0, &writer)
        }
        hasDefinedTypes = true
        return writer.bytes
    }

    /// A whole stream of one value.
    ///
    /// - Throws: ``GobError`` if the value is not of the type.
    package static func stream(
        of value: GobValue,
        as type: GobTypeID,
        types: GobTypes
    ) throws(GobError) -> [UInt8] {
        var encoder = GobEncoder(types: types)
        return try encoder.encode(value, as: type)
    }

    private func define(_ writer: inout GobWriter) throws(GobError) {
        for id in types.ids {
            guard let definition = types[id] else { continue }
            try writer.delimited { writer in
                writer.int(-Int64(id.rawValue))
                definition.write(to: &writer, id: id)
            }
        }
    }
}

// MARK: - Values

extension GobEncoder {
    /// Writes a value that is no part of another, or that an interface holds.
    private func writeAlone(
        _ value: GobValue,
        _ type: GobTypeID,
        _ depth: Int,
        _ writer: inout GobWriter
    ) throws(GobError) {
        if types[type]?.isStructure != true { writer.uint(0) }
        try write(value, type, depth, &writer)
    }

    private func write(
        _ value: GobValue,
        _ type: GobTypeID,
        _ depth: Int,
        _ writer: inout GobWriter
    ) throws(GobError) {
        switch (value, type) {
        case (.bool(let value), .bool): writer.uint(value ? 1 : 0)
        case (.int(let value), .int): writer.int(value)
        case (.uint(let value), .uint): writer.uint(value)
        case (.float(let value), .float): writer.float(value)
        case (.complex(let real, let imaginary), .complex):
            writer.float(real)
            writer.float(imaginary)
        case (.bytes(let value), .bytes): writer.byteString(value)
        case (.string(let value), .string): writer.text(value)
        case (.interface(let value), .interface): try write(value, depth, &writer)
        default: try writeDefined(value, type, depth, &writer)
        }
    }

    private func writeDefined(
        _ value: GobValue,
        _ type: GobTypeID,
        _ depth: Int,
        _ writer: inout GobWriter
    ) throws(GobError) {
        guard let definition = types[type] else { throw Self.mismatch(value, "\(type)") }
        if case (.opaque(let bytes), .opaque) = (value, definition) {
            writer.byteString(bytes)
            return
        }
        guard depth < maximumDepth else {
            throw GobError(.limitExceeded, "values are nested more than \(maximumDepth) deep")
        }
        switch (value, definition) {
        case (.structure(let structure), .structure):
            try write(structure, type, depth + 1, &writer)
        case (.sequence(let elements), .slice(_, let element)):
            try write(elements, element, depth + 1, &writer)
        case (.sequence(let elements), .array(let name, let element, let length)):
            guard elements.count == length else {
                let found = "an array \(GobError.quoted(name)) of \(length) elements has "
                throw GobError(.lengthMismatch, found + "\(elements.count)")
            }
            try write(elements, element, depth + 1, &writer)
        case (.map(let entries), .map(_, let key, let element)):
            var keys = GobMapKeys()
            writer.count(entries.count)
            for entry in entries {
                guard keys.insert(entry.key) else {
                    throw GobError(.duplicateKey, "a map has the same key twice")
                }
                try write(entry.key, key, depth + 1, &writer)
                try write(entry.element, element, depth + 1, &writer)
            }
        default:
            throw Self.mismatch(value, GobError.quoted(definition.name))
        }
    }

    private func write(
        _ elements: [GobValue],
        _ type: GobTypeID,
        _ depth: Int,
        _ writer: inout GobWriter
    ) throws(GobError) {
        writer.count(elements.count)
        for element in elements { try write(element, type, depth, &writer) }
    }

    private func write(
        _ structure: GobStructure,
        _ type: GobTypeID,
        _ depth: Int,
        _ writer: inout GobWriter
    ) throws(GobError) {
        guard case .structure(let name, let definitions) = types[type] else { return }
        var numbered: [(number: Int, value: GobValue)] = []
        for field in structure.fields {
            guard let number = fieldNumbers[type]?[Array(field.name.utf8)] else {
                let found = "a struct \(GobError.quoted(name)) has no field "
                throw GobError(.typeMismatch, found + GobError.quoted(field.name))
            }
            numbered.append((number, field.value))
        }
        numbered.sort { $0.number < $1.number }
        var last = -1
        for (number, value) in numbered where !isOmitted(value, definitions[number].type) {
            guard number > last else {
                let found = "a struct \(GobError.quoted(name)) has two values for the field "
                throw GobError(.typeMismatch, found + GobError.quoted(definitions[number].name))
            }
            writer.count(number - last)
            try write(value, definitions[number].type, depth, &writer)
            last = number
        }
        writer.uint(0)
    }

    private func write(
        _ interface: GobInterface?,
        _ depth: Int,
        _ writer: inout GobWriter
    ) throws(GobError) {
        guard let interface else {
            writer.uint(0)
            return
        }
        guard (1...GobLimits.standard.maximumNameLength).contains(interface.typeName.utf8.count)
        else {
            let found = "an interface value's type has the name "
            throw GobError(.malformedText, found + GobError.quoted(interface.typeName))
        }
        guard interface.type != .interface else {
            throw GobError(.malformedDefinition, "an interface value holds another directly")
        }
        writer.text(interface.typeName)
        writer.type(interface.type)
        try writer.delimited { writer throws(GobError) in
            try writeAlone(interface.value, interface.type, depth, &writer)
        }
    }

    /// "If a field has the zero value for its type (except for arrays; see above), it is omitted
    /// from the transmission"; maps and structs that are there are not zero either.
    private func isOmitted(_ value: GobValue, _ type: GobTypeID) -> Bool {
        switch value {
        case .bool(let value): return !value
        case .int(let value): return value == 0
        case .uint(let value): return value == 0
        case .float(let value): return value == 0
        case .complex(let real, let imaginary): return real == 0 && imaginary == 0
        case .bytes(let value): return value.isEmpty
        case .string(let value): return value.isEmpty
        case .interface(let value): return value == nil
        case .sequence(let elements):
            guard case .slice = types[type] else { return false }
            return elements.isEmpty
        case .map, .structure, .opaque: return false
        }
    }

    private static func mismatch(_ value: GobValue, _ type: String) -> GobError {
        GobError(.typeMismatch, "\(value.kind) is to be written as \(type)")
    }
}
