import Configuration
import MessagePack

/// Values in MessagePack, as go-cty's package `msgpack` has them: for a reader who does not know
/// the type an array of the type's JSON, as binary, and the value.
extension CtyValue {
    /// What `Datasource.Execute` returns where the two sides speak protobuf: the value as one of the
    /// type ``CtyType/dynamic``.
    ///
    /// - Throws: ``HCLSpecificationError`` if elements do not fit their containers.
    package func messagePack() throws(HCLSpecificationError) -> [UInt8] {
        try messagePack(as: .dynamic)
    }

    /// The value for a reader who knows the type.
    ///
    /// - Throws: ``HCLSpecificationError`` if the value is not of the type.
    package func messagePack(as type: CtyType) throws(HCLSpecificationError) -> [UInt8] {
        var writer = MessagePackWriter()
        try write(as: type, to: &writer, 0)
        return writer.bytes
    }

    /// The value that MessagePack says, by default together with its type.
    ///
    /// - Throws: ``HCLSpecificationError`` for anything else.
    package init(
        messagePack bytes: [UInt8],
        as type: CtyType = .dynamic
    ) throws(HCLSpecificationError) {
        try HCLSpecificationLimits.checkLength(bytes.count)
        let value: MessagePackValue
        do {
            value = try MessagePackValue(decoding: bytes)
        } catch {
            throw HCLSpecificationError(.malformed, error.found, offset: error.offset)
        }
        var reader = CtyMessagePackReader()
        self = try reader.read(value, type.withoutOptionalAttributes, 0)
    }
}

// MARK: - Writing

extension CtyValue {
    private func write(
        as wanted: CtyType,
        to writer: inout MessagePackWriter,
        _ depth: Int
    ) throws(HCLSpecificationError) {
        try HCLSpecificationLimits.checkDepth(depth)
        switch (self, wanted) {
        case (.null(.dynamic), .dynamic): writer.writeNil()
        case (.unknown(.dynamic), _): writer.writeExtension(type: 0, [0])
        case (_, .dynamic):
            let type = type
            writer.writeArrayHead(count: 2)
            writer.write(binary: try type.json)
            try write(as: type, to: &writer, depth + 1)
        case (.unknown, _): writer.writeExtension(type: 0, [0])
        case (.null, _): writer.writeNil()
        case (.string(let text), .string): writer.write(text)
        case (.number(let number), .number): number.write(to: &writer)
        case (.bool(let truth), .bool): writer.write(truth)
        case (.list(_, let elements), .list(let type)), (.set(_, let elements), .set(let type)):
            try Self.write(elements.map { ($0, type) }, to: &writer, depth)
        case (.tuple(let elements), .tuple(let types)) where elements.count == types.count:
            try Self.write(Array(zip(elements, types)), to: &writer, depth)
        case (.map(_, let entries), .map(let type)):
            try Self.write(entries.map { ($0, type) }, to: &writer, depth)
        case (.object(let entries), .object(let object)):
            try Self.write(try Self.paired(entries, object), to: &writer, depth)
        default: throw mismatch(wanted)
        }
    }

    private static func write(
        _ elements: [(CtyValue, CtyType)],
        to writer: inout MessagePackWriter,
        _ depth: Int
    ) throws(HCLSpecificationError) {
        writer.writeArrayHead(count: elements.count)
        for (index, (element, type)) in elements.enumerated() {
            try located(.index(index)) { () throws(HCLSpecificationError) in
                try element.write(as: type, to: &writer, depth + 1)
            }
        }
    }

    private static func write(
        _ entries: [(Entry, CtyType)],
        to writer: inout MessagePackWriter,
        _ depth: Int
    ) throws(HCLSpecificationError) {
        writer.writeMapHead(count: entries.count)
        for (entry, type) in entries {
            writer.write(entry.name)
            try located(.key(entry.name)) { () throws(HCLSpecificationError) in
                try entry.value.write(as: type, to: &writer, depth + 1)
            }
        }
    }
}

extension CtyNumber {
    /// Writes the number as go-cty does: an integer, a `float64` if that is it exactly, else text.
    fileprivate func write(to writer: inout MessagePackWriter) {
        if let integer {
            // Go's encoder takes unsigned forms for what is not negative.
            if let natural = UInt64(exactly: integer) {
                writer.write(natural)
            } else {
                writer.write(integer)
            }
        } else if let exactDouble {
            writer.write(exactDouble)
        } else {
            writer.write(description)
        }
    }
}

// MARK: - Reading

/// Makes values of MessagePack, as go-cty's `msgpack.Unmarshal` does.
private struct CtyMessagePackReader {
    private var budget = ValueBudget()

    mutating func read(
        _ value: MessagePackValue,
        _ type: CtyType,
        _ depth: Int
    ) throws(HCLSpecificationError) -> CtyValue {
        try HCLSpecificationLimits.checkDepth(depth)
        try budget.spend()
        switch (type, value) {
        // Any extension says that the value is not known, newer ones with what is known of it.
        case (_, .ext), (_, .timestamp): return .unknown(type)
        case (_, .nil): return .null(type)
        case (.dynamic, .array(let parts)):
            guard parts.count == 2, let json = parts[0].bytes else {
                throw HCLSpecificationError(.malformed, "no type stands before a value")
            }
            let inner = try CtyType(json: json).withoutOptionalAttributes
            return try read(parts[1], inner, depth + 1)
        case (.string, .string(let text)): return .string(text)
        case (.string, .binary(let bytes)):
            guard let text = String(validating: bytes, as: UTF8.self) else { break }
            return .string(text)
        case (.bool, .bool(let truth)): return .bool(truth)
        case (.number, _):
            guard let number = Self.number(value) else { break }
            return .number(number)
        case (.list(let element), .array(let elements)):
            return try CtyValue.collected(list: try read(elements, element, depth), of: element)
        case (.set(let element), .array(let elements)):
            return try CtyValue.collected(set: try read(elements, element, depth), of: element)
        case (.map(let element), .map(let pairs)):
            var entries: [CtyValue.Entry] = []
            for pair in pairs { entries.append(try read(pair, depth) { _ in element }) }
            return try CtyValue.collected(map: entries, of: element)
        case (.tuple(let types), .array(let elements)) where types.count == elements.count:
            return .tuple(try read(elements, types, depth))
        case (.object(let object), .map(let pairs)):
            return .object(try read(pairs, object, depth))
        default: break
        }
        let found = "\(Self.kind(value)) stands where \(type.kind) should be"
        throw HCLSpecificationError(.typeMismatch, found)
    }

    private static func number(_ value: MessagePackValue) -> CtyNumber? {
        switch value {
        case .int(let number): CtyNumber(number)
        case .uint(let number): CtyNumber(String(number))
        case .float(let number): CtyNumber(Double(number))
        case .double(let number): CtyNumber(number)
        case .string(let text): CtyNumber(text)
        default: nil
        }
    }

    private static func kind(_ value: MessagePackValue) -> String {
        switch value {
        case .nil: "nil"
        case .bool: "a truth value"
        case .int, .uint, .float, .double: "a number"
        case .string, .invalidString: "a string"
        case .binary: "binary"
        case .array(let elements): "an array of \(elements.count)"
        case .map(let entries): "a map of \(entries.count)"
        case .timestamp, .ext: "an extension"
        }
    }

    private mutating func read(
        _ elements: [MessagePackValue],
        _ type: CtyType,
        _ depth: Int
    ) throws(HCLSpecificationError) -> [CtyValue] {
        try read(elements, Array(repeating: type, count: elements.count), depth)
    }

    private mutating func read(
        _ elements: [MessagePackValue],
        _ types: [CtyType],
        _ depth: Int
    ) throws(HCLSpecificationError) -> [CtyValue] {
        var values: [CtyValue] = []
        for (index, (element, type)) in zip(elements, types).enumerated() {
            let value = try located(.index(index)) { () throws(HCLSpecificationError) in
                try read(element, type, depth + 1)
            }
            values.append(value)
        }
        return values
    }

    private mutating func read(
        _ pair: MessagePackValue.Entry,
        _ depth: Int,
        type: (String) -> CtyType?
    ) throws(HCLSpecificationError) -> CtyValue.Entry {
        guard case .string(let name) = pair.key else {
            throw HCLSpecificationError(.malformed, "a key is \(Self.kind(pair.key))")
        }
        guard let type = type(name) else {
            let found = "its type has no attribute \(HCLSpecificationError.quoted(name))"
            throw HCLSpecificationError(.typeMismatch, found)
        }
        return try located(.key(name)) { () throws(HCLSpecificationError) in
            CtyValue.Entry(name, try read(pair.value, type, depth + 1))
        }
    }

    /// An object's values, of which here none may be missing.
    private mutating func read(
        _ pairs: [MessagePackValue.Entry],
        _ object: CtyType.ObjectType,
        _ depth: Int
    ) throws(HCLSpecificationError) -> [CtyValue.Entry] {
        guard pairs.count == object.attributes.count else {
            let found = "\(pairs.count) attributes stand where \(object.attributes.count) should be"
            throw HCLSpecificationError(.typeMismatch, found)
        }
        var types: [[UInt8]: CtyType] = [:]
        for attribute in object.attributes { types[Array(attribute.name.utf8)] = attribute.type }
        var entries: [CtyValue.Entry] = []
        for pair in pairs {
            entries.append(try read(pair, depth) { types[Array($0.utf8)] })
        }
        return try orderedByName(entries, \.name)
    }
}
