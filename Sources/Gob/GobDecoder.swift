/// Reads the values of a gob stream, however the stream is split.
///
/// Gob is the format of Go's package `encoding/gob`; its specification is that package's
/// documentation, from which the quotations in this library are. A stream describes itself: it
/// defines its types before it uses them, under numbers of its own, and so any value can be read
/// into a ``GobValue`` without knowing the types beforehand:
///
/// ```swift
/// var decoder = GobDecoder()
/// decoder.append(bytes)
/// while let value = try decoder.next() { ... }
/// try decoder.finish()
/// ```
///
/// A value is normally one message. But where it holds an interface whose concrete type is new,
/// Go's encoder sends what it has, then the definition, then the rest: one value is then spread
/// over several messages, and inside nested interfaces over several pieces of one message. The
/// decoder keeps its place in such a value on a stack of its own, so that it can wait for
/// bytes anywhere and no nesting can exhaust the thread's stack.
///
/// What is read is what Go's decoder reads, except that this one refuses what Go's encoder never
/// writes: bytes behind a value, a struct without its end, a map with the same key twice, strings
/// that are not UTF-8. ``GobLimits`` bound what a peer can make grow.
///
/// Values of types that encode themselves stay bytes; often those are a stream of their own for
/// another decoder. Who decodes such streams inside each other must bound that depth himself.
package struct GobDecoder: Sendable {
    /// How much is taken from the peer.
    package let limits: GobLimits

    /// The types that the stream has defined so far.
    package private(set) var types = GobTypes()

    private var input = GobInput()
    private var cursor = GobCursor([], at: 0)
    private var definitionLength = 0

    private var step = Step.typeSequence
    private var stack: [GobFrame] = []
    private var depth = 0
    private var valueCount = 0
    private var valueLength = 0
    private var failure: GobError?

    /// What comes next in the stream.
    private enum Step {
        /// Type definitions, if any, and the number of a value's type.
        case typeSequence
        /// A value of this type.
        case value(GobTypeID)
        /// The next part of the innermost container, or its end.
        case part
    }

    /// A decoder that has seen nothing.
    package init(limits: GobLimits = .standard) { self.limits = limits }

    /// The only value of a whole stream.
    ///
    /// - Throws: ``GobError`` also where the stream holds no value or more than one.
    package static func value(
        of stream: [UInt8],
        limits: GobLimits = .standard
    ) throws(GobError) -> GobValue {
        var decoder = GobDecoder(limits: limits)
        decoder.append(stream)
        guard let value = try decoder.next() else {
            try decoder.finish()
            throw GobError(.unexpectedEnd, "the stream holds no value", at: stream.count)
        }
        let end = decoder.cursor.offset
        guard decoder.input.isEmpty else {
            throw GobError(.trailingBytes, "the stream goes on behind its only value", at: end)
        }
        return value
    }

    /// Takes the next bytes of the stream.
    package mutating func append(_ bytes: some Sequence<UInt8>) { input.append(bytes) }

    /// The next value, or `nil` until more bytes have come.
    ///
    /// - Throws: ``GobError``; then and ever after.
    package mutating func next() throws(GobError) -> GobValue? {
        if let failure { throw failure }
        do {
            return try read()
        } catch {
            failure = error
            throw error
        }
    }

    /// Checks that the stream may end here: no value and no message has begun.
    ///
    /// - Throws: ``GobError/Code-swift.enum/unexpectedEnd`` where it may not.
    package func finish() throws(GobError) {
        if let failure { throw failure }
        guard input.isEmpty, valueLength == 0 else {
            throw GobError(.unexpectedEnd, "the stream ends inside a value", at: input.end)
        }
    }
}

// MARK: - Messages and types

extension GobDecoder {
    private mutating func read() throws(GobError) -> GobValue? {
        while true {
            switch step {
            case .typeSequence:
                guard let type = try typeSequence() else { return nil }
                step = .value(type)
            case .value(let type):
                if let value = try begin(type), let whole = try deliver(value) { return whole }
            case .part:
                if let value = try part(), let whole = try deliver(value) { return whole }
            }
        }
    }

    /// "TypeSequence: (TypeDefinition DelimitedTypeDefinition*)?", and the number of the type of
    /// the value that follows; `nil` until more bytes have come.
    private mutating func typeSequence() throws(GobError) -> GobTypeID? {
        while true {
            if cursor.remaining == 0 {
                guard let message = try input.message(limits: limits, after: valueLength) else {
                    return nil
                }
                valueLength += message.remaining
                cursor = message
            }
            let number = try cursor.typeNumber()
            if number > 0 {
                let type = GobTypeID(number)
                try beginConcreteValue(of: type)
                return type
            }
            try define(GobTypeID(-number))
            guard cursor.remaining > 0 else { continue }
            guard !stack.isEmpty else {
                let found = "the message goes on behind a type's definition"
                throw GobError(.trailingBytes, found, at: cursor.offset)
            }
            // Inside an interface value the next piece has its length before it.
            try skipLength()
        }
    }

    private mutating func define(_ id: GobTypeID) throws(GobError) {
        let start = cursor.offset
        guard types.ids.count < limits.maximumTypes else {
            let found = "the stream defines more than \(limits.maximumTypes) types"
            throw GobError(.limitExceeded, found, at: start)
        }
        let end = start + limits.maximumDefinitionLength - definitionLength
        let definition = try GobTypeDefinition(from: &cursor, before: end)
        guard cursor.offset <= end else { throw GobTypeDefinition.tooLong(at: start) }
        try types.define(id, as: definition, at: start)
        definitionLength += cursor.offset - start
    }

    /// "InterfaceContents: int(concreteTypeId) DelimitedValue" and "SingletonValue: uint(0)
    /// FieldValue": what stands between the number of a type and the value.
    private mutating func beginConcreteValue(of type: GobTypeID) throws(GobError) {
        let place = cursor.offset
        if let last = stack.indices.last {
            guard type != .interface else {
                let found = "an interface value holds another directly"
                throw GobError(.malformedDefinition, found, at: place)
            }
            stack[last].setConcreteType(type)
            try skipLength()
        }
        guard types[type]?.isStructure != true else { return }
        let zero = cursor.offset
        guard try cursor.uint() == 0 else {
            let found = "a value that is not a struct does not begin with a zero"
            throw GobError(.undefinedField, found, at: zero)
        }
    }

    /// A length that only those need who skip what follows.
    private mutating func skipLength() throws(GobError) {
        let place = cursor.offset
        let length = try cursor.uint()
        guard length <= UInt64(cursor.remaining) else {
            let found = "a value of \(length) bytes is announced, but the message has only "
            throw GobError(.lengthMismatch, found + "\(cursor.remaining)", at: place)
        }
    }
}

// MARK: - Values

extension GobDecoder {
    /// Reads a value that has no parts, or begins one that has.
    private mutating func begin(_ type: GobTypeID) throws(GobError) -> GobValue? {
        valueCount += 1
        guard valueCount <= limits.maximumValues else {
            let found = "a value consists of more than \(limits.maximumValues) values"
            throw GobError(.limitExceeded, found, at: cursor.offset)
        }
        switch type {
        case .bool: return .bool(try cursor.uint() != 0)
        case .int: return .int(try cursor.int())
        case .uint: return .uint(try cursor.uint())
        case .float: return .float(try cursor.float())
        case .bytes: return .bytes(try cursor.byteString())
        case .string: return .string(try cursor.text())
        case .complex:
            let real = try cursor.float()
            return .complex(real: real, imaginary: try cursor.float())
        case .interface: return try beginInterface()
        default: return try beginDefined(type)
        }
    }

    private mutating func beginDefined(_ type: GobTypeID) throws(GobError) -> GobValue? {
        let place = cursor.offset
        switch types[type] {
        case nil:
            throw GobError(.undefinedType, "a value is of \(type), which is not defined", at: place)
        case .opaque:
            return .opaque(try cursor.byteString())
        case .structure(_, let fields):
            try push(.structure(fields))
        case .slice(_, let element):
            try push(.sequence(of: element, count: try cursor.count()))
        case .map(_, let key, let element):
            try push(.map(key: key, element: element, count: try cursor.count()))
        case .array(let name, let element, let length):
            let count = try cursor.count()
            guard count == length else {
                let found = "an array \(GobError.quoted(name)) of \(length) elements has \(count)"
                throw GobError(.lengthMismatch, found, at: place)
            }
            try push(.sequence(of: element, count: count))
        }
        step = .part
        return nil
    }

    /// "InterfaceValue: NilInterfaceValue | NonNilInterfaceValue".
    private mutating func beginInterface() throws(GobError) -> GobValue? {
        let place = cursor.offset
        let name = try cursor.text()
        guard !name.isEmpty else { return .interface(nil) }
        guard name.utf8.count <= limits.maximumNameLength else {
            let found = "a type's name has more than \(limits.maximumNameLength) bytes"
            throw GobError(.limitExceeded, found, at: place)
        }
        stack.append(.interface(name))
        step = .typeSequence
        return nil
    }

    private mutating func push(_ frame: GobFrame) throws(GobError) {
        depth += 1
        guard depth <= limits.maximumDepth else {
            let found = "values are nested more than \(limits.maximumDepth) deep"
            throw GobError(.limitExceeded, found, at: cursor.offset)
        }
        stack.append(frame)
    }

    /// Goes on with the innermost container: begins its next part, or returns it whole.
    private mutating func part() throws(GobError) -> GobValue? {
        let last = stack.count - 1
        if let type = try stack[last].nextPart(&cursor) {
            step = .value(type)
            return nil
        }
        if stack[last].isContainer { depth -= 1 }
        return stack.removeLast().whole
    }

    /// Gives a value to the container that waits for it; returns one that nothing waits for.
    private mutating func deliver(_ value: GobValue) throws(GobError) -> GobValue? {
        guard let last = stack.indices.last else {
            guard cursor.remaining == 0 else {
                let found = "the message goes on behind its value"
                throw GobError(.trailingBytes, found, at: cursor.offset)
            }
            step = .typeSequence
            valueCount = 0
            valueLength = 0
            return value
        }
        try stack[last].take(value, at: cursor.offset)
        step = .part
        return nil
    }
}
