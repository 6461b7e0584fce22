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

/// The fields of a map, or of an array that stands for one.
final class MapSource {
    private enum Fields {
        case few([MessagePackValue.Entry])
        case many([WireName: MessagePackValue])
        case inOrder([MessagePackValue])
    }

    private let fields: Fields
    /// Which element of an array each key means: they are asked for in their order.
    private var places: [String: Int] = [:]

    /// From here on a dictionary finds a key faster than a look at all.
    private static let few = 16

    init(_ decoder: ValueDecoder) throws {
        switch decoder.value {
        case .nil: fields = .few([])
        case .array(let elements): fields = .inOrder(elements)
        case .map(let entries):
            try entries.checkNames(decoder.limits, path: CodingTrail.text(decoder.codingPath))
            if entries.count <= Self.few, entries.allSatisfy(\.hasTextKey) {
                fields = .few(entries)
            } else {
                let named = try entries.map { (WireName(try Self.name($0.key, decoder)), $0.value) }
                fields = .many(Dictionary(named, uniquingKeysWith: { $1 }))
            }
        default: throw decoder.mismatch("a map")
        }
    }

    var keys: [String] {
        switch fields {
        case .few(let entries): entries.compactMap(\.key.string)
        case .many(let table): table.keys.map(\.text)
        case .inOrder: []
        }
    }

    subscript(key: String) -> MessagePackValue? {
        switch fields {
        case .few(let entries):
            // Of a key that occurs twice the last wins.
            for entry in entries.reversed() {
                if case .string(let name) = entry.key, name.utf8.elementsEqual(key.utf8) {
                    return entry.value
                }
            }
            return nil
        case .many(let table): return table[WireName(key)]
        case .inOrder(let elements):
            let place = places[key] ?? places.count
            places[key] = place
            return place < elements.count ? elements[place] : nil
        }
    }

    private static func name(_ key: MessagePackValue, _ decoder: ValueDecoder) throws -> String {
        if let text = key.string { return text }
        switch key {
        case .int(let number): return "\(number)"
        case .uint(let number): return "\(number)"
        default: throw ValueDecoder(key, decoder.trail, decoder.limits).mismatch("a key's name")
        }
    }
}

extension MessagePackValue.Entry {
    fileprivate var hasTextKey: Bool {
        if case .string = key { true } else { false }
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
    var allKeys: [Key] { source.keys.compactMap(Key.init(stringValue:)) }

    func contains(_ key: Key) -> Bool { source[key.stringValue] != nil }

    func decodeNil(forKey key: Key) -> Bool { source[key.stringValue]?.isNil ?? true }

    func decode<Scalar: MessagePackScalar>(_ type: Scalar.Type, forKey key: Key) throws -> Scalar {
        guard let value = source[key.stringValue], !value.isNil else { return Scalar.zero }
        guard let scalar = Scalar.converted(value) else {
            throw decoder.below(key, value).mismatch(Scalar.wanted)
        }
        return scalar
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try decoder.below(key, source[key.stringValue] ?? .nil).decode(type)
    }

    func decodeIfPresent<Scalar: MessagePackScalar>(
        _ type: Scalar.Type,
        forKey key: Key
    ) throws -> Scalar? {
        guard let value = source[key.stringValue], !value.isNil else { return nil }
        guard let scalar = Scalar.converted(value) else {
            throw decoder.below(key, value).mismatch(Scalar.wanted)
        }
        return scalar
    }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        guard let value = source[key.stringValue], !value.isNil else { return nil }
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

    func superDecoder(forKey key: Key) -> any Decoder { nested(key) }

    private func nested(_ key: Key) -> ValueDecoder {
        decoder.below(key, source[key.stringValue] ?? .nil)
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
