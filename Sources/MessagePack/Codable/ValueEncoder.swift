/// What a type that encodes itself sees: the place of one value in a container.
final class ValueEncoder: Encoder, SingleValueEncodingContainer {
    private let parent: EncodedContainer
    private let trail: CodingTrail?
    private var container: EncodedContainer?
    private var isWritten = false

    init(into parent: EncodedContainer, _ trail: CodingTrail?) {
        self.parent = parent
        self.trail = trail
    }

    var codingPath: [any CodingKey] { trail?.keys ?? [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(MapEncoding<Key>(own(.map), trail))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer { ArrayEncoding(own(.array), trail) }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encodeNil() {
        isWritten = true
        parent.writeNil()
    }

    func encode(_ scalar: some MessagePackScalar) throws { try write(scalar) }

    func encode(_ value: some Encodable) throws {
        isWritten = true
        try parent.append(value, at: trail)
    }

    func write(_ scalar: some MessagePackScalar) throws {
        isWritten = true
        try parent.write(scalar, at: trail)
    }

    /// Writes the container, now that nothing more can come.
    func finish() throws {
        if let container {
            try parent.append(container)
        } else if !isWritten {
            try parent.append(parent.child(.map))
        }
    }

    /// A class asks once for itself and once for its superclass; both mean the same container.
    private func own(_ kind: EncodedContainer.Kind) -> EncodedContainer {
        if let container, container.kind == kind { return container }
        let new = parent.child(kind)
        container = new
        return new
    }
}

/// The fields of a struct, in the order in which they come.
struct MapEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    private let map: EncodedContainer
    private let trail: CodingTrail?

    init(_ map: EncodedContainer, _ trail: CodingTrail?) {
        self.map = map
        self.trail = trail
    }

    var codingPath: [any CodingKey] { trail?.keys ?? [] }

    func encodeNil(forKey key: Key) throws {
        map.writeKey(key)
        map.writeNil()
    }

    func encode(_ scalar: some MessagePackScalar, forKey key: Key) throws {
        map.writeKey(key)
        try map.write(scalar, at: .below(trail, key))
    }

    func encode(_ value: some Encodable, forKey key: Key) throws {
        map.writeKey(key)
        try map.append(value, at: .below(trail, key))
    }

    func encodeIfPresent(_ scalar: (some MessagePackScalar)?, forKey key: Key) throws {
        guard let scalar else { return try encodeNil(forKey: key) }
        try encode(scalar, forKey: key)
    }

    func encodeIfPresent(_ value: (some Encodable)?, forKey key: Key) throws {
        guard let value else { return try encodeNil(forKey: key) }
        try encode(value, forKey: key)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        map.writeKey(key)
        return KeyedEncodingContainer(MapEncoding<NestedKey>(map.grow(.map), .below(trail, key)))
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        map.writeKey(key)
        return ArrayEncoding(map.grow(.array), .below(trail, key))
    }

    func superEncoder() -> any Encoder {
        map.writeKey(SuperKey())
        return map.growValue(at: .below(trail, SuperKey()))
    }

    func superEncoder(forKey key: Key) -> any Encoder {
        map.writeKey(key)
        return map.growValue(at: .below(trail, key))
    }
}

/// The elements of an array.
struct ArrayEncoding: UnkeyedEncodingContainer {
    private let array: EncodedContainer
    private let trail: CodingTrail?

    init(_ array: EncodedContainer, _ trail: CodingTrail?) {
        self.array = array
        self.trail = trail
    }

    var codingPath: [any CodingKey] { trail?.keys ?? [] }
    var count: Int { array.count }

    func encodeNil() throws { array.writeNil() }

    func encode(_ scalar: some MessagePackScalar) throws {
        try array.write(scalar, at: .below(trail, ElementKey(count)))
    }

    func encode(_ value: some Encodable) throws {
        try array.append(value, at: .below(trail, ElementKey(count)))
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type
    ) -> KeyedEncodingContainer<NestedKey> {
        let trail = CodingTrail.below(trail, ElementKey(count))
        return KeyedEncodingContainer(MapEncoding<NestedKey>(array.grow(.map), trail))
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        ArrayEncoding(array.grow(.array), .below(trail, ElementKey(count)))
    }

    func superEncoder() -> any Encoder {
        array.growValue(at: .below(trail, ElementKey(count)))
    }
}
