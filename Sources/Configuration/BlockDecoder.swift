/// What ``Field`` and ``Flattened`` have in common for whoever walks a block.
protocol FieldDefinition: Sendable {
    /// The options that the property `name` stands for.
    func specifications(for name: String) -> [FieldSpecification]
    /// What a user should be told who set the property `name`.
    func warnings(for name: String) -> [String]
}

/// The fields of a block, by the names of its properties.
struct FieldDefinitions {
    /// The fields in the order of their declaration.
    let inOrder: [(name: String, definition: any FieldDefinition)]

    /// Reads the fields of a block by reflection: a wrapped property `x` is stored as `_x`.
    init(of block: any ConfigurationBlock) {
        inOrder = Mirror(reflecting: block).children.compactMap { child in
            guard
                let label = child.label, label.hasPrefix("_"),
                let definition = child.value as? any FieldDefinition
            else { return nil }
            return (String(label.dropFirst()), definition)
        }
    }

    subscript(name: String) -> (any FieldDefinition)? {
        inOrder.first { $0.name == name }?.definition
    }
}

/// A block's stored property is neither a ``Field`` nor ``Flattened``, or one of these is decoded
/// by something that is not a block.
struct UnsupportedDecoding: Error, CustomStringConvertible {
    var description: String {
        "every stored property of a ConfigurationBlock must be a @Field or @Flattened, "
            + "and only ConfigurationBlock.decode(_:rendering:) can decode one"
    }
}

/// Leads the compiler's `init(from:)` of a block from property to property.
final class BlockDecoder: Decoder {
    let definitions: FieldDefinitions
    let reading: BlockReading
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    init(definitions: FieldDefinitions, reading: BlockReading) {
        self.definitions = definitions
        self.reading = reading
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(BlockContainer<Key>(decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw UnsupportedDecoding() }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        throw UnsupportedDecoding()
    }
}

/// Hands each property of a block its own definition.
private struct BlockContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: BlockDecoder
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { decoder.definitions.inOrder.compactMap { Key(stringValue: $0.name) } }

    func contains(_ key: Key) -> Bool { decoder.definitions[key.stringValue] != nil }

    func decodeNil(forKey key: Key) -> Bool { false }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        guard let definition = decoder.definitions[key.stringValue] else {
            throw UnsupportedDecoding()
        }
        return try T(
            from: FieldDecoder(
                name: key.stringValue,
                definition: definition,
                reading: decoder.reading
            )
        )
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> { throw UnsupportedDecoding() }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        throw UnsupportedDecoding()
    }

    func superDecoder() throws -> any Decoder { throw UnsupportedDecoding() }

    func superDecoder(forKey key: Key) throws -> any Decoder { throw UnsupportedDecoding() }
}

/// Brings one property its definition and the values to read from.
final class FieldDecoder: Decoder {
    let name: String
    let definition: any FieldDefinition
    let reading: BlockReading
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    init(name: String, definition: any FieldDefinition, reading: BlockReading) {
        self.name = name
        self.definition = definition
        self.reading = reading
    }

    func container<Key: CodingKey>(
        keyedBy type: Key.Type
    ) throws -> KeyedDecodingContainer<Key> { throw UnsupportedDecoding() }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw UnsupportedDecoding() }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        throw UnsupportedDecoding()
    }
}
