/// Encodes Swift types as Go's codec encodes the like: a struct of properties as a Go struct.
///
/// | Swift | MessagePack |
/// | --- | --- |
/// | a type with properties | a map; keys are the coding keys' names, in the order of encoding |
/// | `nil` in an optional | nil, under its key: Go writes every field, always |
/// | `Int`, `Int32`, ... | an integer in signed forms |
/// | `UInt`, `UInt32`, ... | an integer in unsigned forms |
/// | `String` / `[UInt8]` | string / binary |
/// | ``MessagePackTimestamp`` | the time extension; nil for Go's zero time |
/// | a type without properties | an empty map, as Go's `struct{}` |
/// | ``MessagePackValue`` | itself |
///
/// A synthesized `encode(to:)` writes the properties in the order of their declaration. Name them as
/// Go does with `CodingKeys`:
/// ```swift
/// struct Upload: Codable {
///     var path: String
///     var readerStreamID: UInt32
///     enum CodingKeys: String, CodingKey { case path = "Path", readerStreamID = "ReaderStreamId" }
/// }
/// ```
/// A dictionary's keys come in its own order, which is random, as a Go map's.
package struct MessagePackEncoder: Sendable {
    /// How deep and how large a value may be.
    package var limits: MessagePackLimits

    /// An encoder; any number of tasks may use it.
    package init(limits: MessagePackLimits = .standard) { self.limits = limits }

    /// The bytes of a value.
    ///
    /// - Throws: ``MessagePackError`` with the path of what failed: `.tooDeep`, `.tooLarge`, or
    ///   `.unencodable` for what the type itself throws.
    package func encode(_ value: some Encodable) throws(MessagePackError) -> [UInt8] {
        let root = EncodedContainer(.value, depth: 0, limit: limits.depth)
        do {
            try root.append(value, at: nil)
            try root.finish()
        } catch let error as MessagePackError {
            throw error
        } catch EncodingError.invalidValue(_, let context) {
            throw MessagePackError(
                .unencodable,
                context.debugDescription,
                path: CodingTrail.text(context.codingPath)
            )
        } catch {
            throw MessagePackError(.unencodable, "\(error)")
        }
        guard root.bytes.count <= limits.size else {
            throw MessagePackError(
                .tooLarge,
                "found a value of \(root.bytes.count) bytes where \(limits.size) are allowed"
            )
        }
        return root.bytes
    }
}

/// The contents of one array or map while they are written, without its head.
///
/// The head says how many values follow, which nobody knows before the end.
final class EncodedContainer {
    enum Kind {
        case array, map
        /// One value of any kind, without a head.
        case value
    }

    let kind: Kind
    private let depth: Int
    private let limit: Int
    private var writer = MessagePackWriter()
    /// How many elements, or keys.
    private(set) var count = 0
    /// Containers that were given out and may still grow, with their place in the bytes.
    private var growing: [Growing] = []

    private struct Growing {
        let place: Int
        let container: EncodedContainer
        /// What writes into it, if it must be told that nothing more can come.
        var encoder: ValueEncoder?
    }

    init(_ kind: Kind, depth: Int, limit: Int) {
        self.kind = kind
        self.depth = depth
        self.limit = limit
    }

    var bytes: [UInt8] { writer.bytes }

    func writeKey(_ key: some CodingKey) { writer.write(key.stringValue) }

    func write(
        _ scalar: some MessagePackScalar,
        at trail: @autoclosure () -> CodingTrail?
    ) throws {
        // The reader of the bytes has the same limit.
        guard !scalar.isDeeper(than: limit - depth) else { throw tooDeep(trail()) }
        scalar.write(to: &writer)
        count += 1
    }

    func writeNil() {
        writer.writeNil()
        count += 1
    }

    /// Writes a value of any type, whatever containers it uses.
    func append<Value: Encodable>(_ value: Value, at trail: CodingTrail?) throws {
        // Generic code loses the type on the way here; these are the most usual ones.
        if Value.self == String.self, let text = value as? String {
            return try write(text, at: trail)
        }
        if Value.self == MessagePackValue.self, let value = value as? MessagePackValue {
            return try write(value, at: trail)
        }
        if Value.self == [UInt8].self, let bytes = value as? [UInt8] {
            return try write(bytes, at: trail)
        }
        guard depth <= limit else { throw tooDeep(trail) }
        let encoder = ValueEncoder(into: self, trail)
        try value.encode(to: encoder)
        try encoder.finish()
    }

    /// A container whose contents come later, as the next value of this one.
    func grow(_ kind: Kind) -> EncodedContainer {
        let container = EncodedContainer(kind, depth: depth + 1, limit: limit)
        growing.append(Growing(place: writer.bytes.count, container: container))
        count += 1
        return container
    }

    /// An encoder of the next value of this one, to be used later.
    func growValue(at trail: CodingTrail) -> ValueEncoder {
        let encoder = ValueEncoder(into: grow(.value), trail)
        growing[growing.count - 1].encoder = encoder
        return encoder
    }

    func child(_ kind: Kind) -> EncodedContainer {
        EncodedContainer(kind, depth: depth + 1, limit: limit)
    }

    /// Writes a container that is complete as the next value of this one.
    func append(_ container: EncodedContainer) throws {
        try container.finish()
        container.writeWhole(to: &writer)
        count += 1
    }

    /// Puts in what was given out and has grown.
    func finish() throws {
        guard depth <= limit else { throw tooDeep(nil) }
        guard !growing.isEmpty else { return }
        let parts = writer.bytes
        writer = MessagePackWriter()
        var position = 0
        for grown in growing {
            try grown.encoder?.finish()
            try grown.container.finish()
            writer.append(encoded: parts[position..<grown.place])
            grown.container.writeWhole(to: &writer)
            position = grown.place
        }
        writer.append(encoded: parts[position...])
        growing = []
    }

    private func writeWhole(to writer: inout MessagePackWriter) {
        switch kind {
        case .array: writer.writeArrayHead(count: count)
        case .map: writer.writeMapHead(count: count)
        case .value: break
        }
        writer.append(encoded: self.writer.bytes[...])
    }

    private func tooDeep(_ trail: CodingTrail?) -> MessagePackError {
        MessagePackError(
            .tooDeep,
            "found more than \(limit) arrays and maps inside each other",
            path: CodingTrail.text(trail?.keys ?? [])
        )
    }
}
