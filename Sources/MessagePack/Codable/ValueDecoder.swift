/// What a type that decodes itself sees: one value.
struct ValueDecoder: Decoder, SingleValueDecodingContainer {
    let value: MessagePackValue
    let trail: CodingTrail?
    let limits: MessagePackLimits

    init(_ value: MessagePackValue, _ trail: CodingTrail?, _ limits: MessagePackLimits) {
        self.value = value
        self.trail = trail
        self.limits = limits
    }

    var codingPath: [any CodingKey] { trail?.keys ?? [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(MapDecoding<Key>(try MapSource(self), self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        switch value {
        case .nil: return ArrayDecoding([], self)
        case .array(let elements): return ArrayDecoding(elements, self)
        default: throw mismatch("an array")
        }
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    func decodeNil() -> Bool { value.isNil }

    func decode<Scalar: MessagePackScalar>(_ type: Scalar.Type) throws -> Scalar { try scalar() }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        // Generic code loses the type on the way here; these are the most usual ones.
        if type == String.self, let text = try scalar(String.self) as? Value { return text }
        if type == MessagePackValue.self, let value = value as? Value { return value }
        if type == [UInt8].self, let bytes = try scalar([UInt8].self) as? Value { return bytes }
        // nil is the zero value: a class that contains itself would be one without end.
        guard (trail?.depth ?? 0) <= limits.depth else {
            throw MessagePackError(
                .tooDeep,
                "found more than \(limits.depth) values inside each other",
                path: CodingTrail.text(codingPath)
            )
        }
        return try Value(from: self)
    }

    func scalar<Scalar: MessagePackScalar>(_ type: Scalar.Type = Scalar.self) throws -> Scalar {
        if value.isNil { return Scalar.zero }
        guard let scalar = Scalar.converted(value) else { throw mismatch(Scalar.wanted) }
        return scalar
    }

    /// The decoder of a value inside this one.
    func below(_ key: any CodingKey, _ value: MessagePackValue) -> ValueDecoder {
        ValueDecoder(value, .below(trail, key), limits)
    }

    func mismatch(_ wanted: String) -> MessagePackError {
        MessagePackError(
            .typeMismatch,
            "found \(value.summary) where \(wanted) is needed",
            path: CodingTrail.text(codingPath)
        )
    }
}

/// A map as a type with properties sees it.
struct MapDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let source: MapSource
    private let decoder: ValueDecoder

    init(_ source: MapSource, _ decoder: ValueDecoder) {
        self.source = source
        self.decoder = decoder
    }

    var codingPath: [any CodingKey] { decoder.codingPath }
    var allKeys: [Key] { source.names().compactMap(Key.init(stringValue:)) }

    func contains(_ key: Key) -> Bool { source[key.stringValue] != nil }

    func decodeNil(forKey key: Key) -> Bool { source[key.stringValue]?.isNil ?? true }

    func decode<Scalar: MessagePackScalar>(_ type: Scalar.Type, forKey key: Key) throws -> Scalar {
        guard let value = try value(key), !value.isNil else { return Scalar.zero }
        guard let scalar = Scalar.converted(value) else {
            throw decoder.below(key, value).mismatch(Scalar.wanted)
        }
        return scalar
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try nested(key).decode(type)
    }

    func decodeIfPresent<Scalar: MessagePackScalar>(
        _ type: Scalar.Type,
        forKey key: Key
    ) throws -> Scalar? {
        guard let value = try value(key), !value.isNil else { return nil }
        guard let scalar = Scalar.converted(value) else {
            throw decoder.below(key, value).mismatch(Scalar.wanted)
        }
        return scalar
    }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        guard let value = try value(key), !value.isNil else { return nil }
        return try decoder.below(key, value).decode(type)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try nested(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try nested(key).unkeyedContainer()
    }

    func superDecoder() -> any Decoder {
        decoder.below(SuperKey(), source[SuperKey().stringValue] ?? .nil)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { try nested(key) }

    private func nested(_ key: Key) throws -> ValueDecoder {
        decoder.below(key, try value(key) ?? .nil)
    }

    private func value(_ key: Key) throws -> MessagePackValue? {
        try source.checkName(key, decoder)
        return source[key.stringValue]
    }
}

/// An array as a collection that decodes itself sees it.
struct ArrayDecoding: UnkeyedDecodingContainer {
    private let elements: [MessagePackValue]
    private let decoder: ValueDecoder
    private(set) var currentIndex = 0

    init(_ elements: [MessagePackValue], _ decoder: ValueDecoder) {
        self.elements = elements
        self.decoder = decoder
    }

    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex == elements.count }

    mutating func decodeNil() throws -> Bool {
        guard try peek().isNil else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Scalar: MessagePackScalar>(_ type: Scalar.Type) throws -> Scalar {
        try next().scalar()
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try next().decode(type)
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try next().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try next().unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder { try next() }

    private func peek() throws -> MessagePackValue {
        guard !isAtEnd else { throw decoder.mismatch("an array of more elements") }
        return elements[currentIndex]
    }

    private mutating func next() throws -> ValueDecoder {
        let value = try peek()
        defer { currentIndex += 1 }
        return decoder.below(ElementKey(currentIndex), value)
    }
}
