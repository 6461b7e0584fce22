/// Takes values from bytes one after the other; can only throw, never trap.
///
/// A value, not a stream: the bytes are all there. ``MessagePackScanner`` finds out when they are.
/// Nothing is allocated for what the bytes merely claim.
package struct MessagePackReader: Sendable {
    private let bytes: [UInt8]
    private let limits: MessagePackLimits
    /// Where the next value begins.
    package private(set) var position: Int
    /// What may still be claimed in memory; see ``MessagePackLimits/memoryPerByte``.
    private var memory: Int

    /// A reader of the bytes from a position on.
    package init(_ bytes: [UInt8], at position: Int = 0, limits: MessagePackLimits = .standard) {
        self.bytes = bytes
        self.limits = limits
        self.position = min(max(0, position), bytes.count)
        self.memory = limits.memory(for: bytes.count - self.position)
    }

    /// Whether all is read.
    package var isAtEnd: Bool { position == bytes.count }

    /// The next value.
    ///
    /// - Throws: ``MessagePackError`` with the offset of the byte to blame. The reader is of no use
    ///   then.
    package mutating func readValue() throws(MessagePackError) -> MessagePackValue {
        let start = position
        let value = try readValue(depth: 0)
        guard position - start <= limits.size else {
            throw MessagePackError(
                .tooLarge,
                "found a value of more than \(limits.size) bytes",
                offset: start
            )
        }
        return value
    }

    /// Passes over the next value, and over all inside it.
    package mutating func skipValue() throws(MessagePackError) {
        var scanner = MessagePackScanner(at: position, limits: limits)
        guard try scanner.scan(bytes) else { throw truncated("a value") }
        position = scanner.position
    }

    /// Checks that nothing follows.
    package func expectEnd() throws(MessagePackError) {
        guard isAtEnd else {
            throw MessagePackError(
                .trailingBytes,
                "found \(bytes.count - position) bytes after the end of the value",
                offset: position
            )
        }
    }

    private mutating func readValue(depth: Int) throws(MessagePackError) -> MessagePackValue {
        let start = position
        guard let head = try MessagePackHead.read(bytes, at: start) else {
            throw truncated("the head of a value")
        }
        position += head.size
        switch head.kind {
        case .nil: return .nil
        case .bool(let value): return .bool(value)
        case .int(let value): return .int(value)
        case .uint(let value): return .uint(value)
        case .float(let value): return .float(value)
        case .double(let value): return .double(value)
        case .string:
            let text = try take(head.payload, "a string")
            // ASCII is the rule, and needs no search for what is not UTF-8.
            if text.allSatisfy({ $0 < 0x80 }) {
                return .string(String(decoding: text, as: UTF8.self))
            }
            if let valid = String(validating: text, as: UTF8.self) { return .string(valid) }
            return .invalidString(Array(text))
        case .binary: return .binary(Array(try take(head.payload, "binary")))
        case .ext(let type):
            let data = try take(head.payload, "an extension")
            if type == MessagePackTimestamp.extensionType,
                let time = MessagePackTimestamp(payload: data)
            {
                return .timestamp(time)
            }
            return .ext(type: type, data: Array(data))
        case .array: return .array(try readElements(head, from: start, depth: depth))
        case .map: return .map(try readEntries(head, from: start, depth: depth))
        }
    }

    private mutating func readElements(
        _ head: MessagePackHead,
        from start: Int,
        depth: Int
    ) throws(MessagePackError) -> [MessagePackValue] {
        try enter(head, from: start, depth: depth)
        var elements: [MessagePackValue] = []
        elements.reserveCapacity(head.children)
        for _ in 0..<head.children { elements.append(try readValue(depth: depth + 1)) }
        return elements
    }

    private mutating func readEntries(
        _ head: MessagePackHead,
        from start: Int,
        depth: Int
    ) throws(MessagePackError) -> [MessagePackValue.Entry] {
        try enter(head, from: start, depth: depth)
        var entries: [MessagePackValue.Entry] = []
        entries.reserveCapacity(head.children / 2)
        for _ in 0..<(head.children / 2) {
            let key = try readValue(depth: depth + 1)
            entries.append(MessagePackValue.Entry(key: key, value: try readValue(depth: depth + 1)))
        }
        return entries
    }

    /// What an array takes in memory beside its elements: header and rounding.
    private static let allocationCost = 48

    private mutating func enter(
        _ head: MessagePackHead,
        from start: Int,
        depth: Int
    ) throws(MessagePackError) {
        guard depth < limits.depth else {
            throw MessagePackError(
                .tooDeep,
                "found more than \(limits.depth) arrays and maps inside each other",
                offset: start
            )
        }
        // Each value takes a byte at least.
        guard head.children <= bytes.count - position else {
            throw truncated("what an array or map of \(head.children) values must hold")
        }
        guard head.children > 0 else { return }
        try claim(head.children * MemoryLayout<MessagePackValue>.stride)
    }

    private mutating func claim(_ more: Int) throws(MessagePackError) {
        memory -= more + Self.allocationCost
        guard memory >= 0 else {
            throw MessagePackError(
                .tooManyValues,
                "found more values than may be kept of so few bytes",
                offset: position
            )
        }
    }

    private mutating func take(
        _ count: Int,
        _ what: String
    ) throws(MessagePackError) -> ArraySlice<UInt8> {
        guard count <= bytes.count - position else { throw truncated("\(what) of \(count) bytes") }
        // Up to 15 bytes of text live inside the value.
        if count > 15 { try claim(count) }
        defer { position += count }
        return bytes[position..<(position + count)]
    }

    private func truncated(_ what: String) -> MessagePackError {
        MessagePackError(
            .truncated,
            "found \(bytes.count - position) bytes where \(what) is needed",
            offset: position
        )
    }
}
