internal import HCLSpecification
internal import MessagePack

/// A value of a call as a transcript shows it: in JSON's notation, with bytes by their number.
enum TracedValue: Sendable {
    /// What can be no secret: nil, a truth value, a number of bytes.
    case word(String)
    /// A number.
    case number(String)
    /// Text.
    case text(String)
    /// Values in order.
    case list([TracedValue])
    /// Values with names.
    case map([Entry])

    /// A value with its name.
    struct Entry: Sendable {
        var key: String
        var value: TracedValue
    }

    /// The body of a message; that of none is shown by its size.
    init(_ body: [UInt8], of method: String) {
        guard let value = try? MessagePackValue(decoding: body) else {
            self = .bytes(body.count)
            return
        }
        // As arguments alone: what `Prepare` and `Configure` bring.
        let holdsConfigurations = method.hasSuffix(".Prepare") || method.hasSuffix(".Configure")
        self.init(value, readsJSON: holdsConfigurations)
    }

    /// A value of the wire.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - readsJSON: Whether bytes are an HCL2 template's value as JSON, which is shown instead.
    init(_ value: MessagePackValue, readsJSON: Bool = false) {
        switch value {
        case .nil: self = .word("nil")
        case .bool(let value): self = .word("\(value)")
        case .int(let value): self = .number("\(value)")
        case .uint(let value): self = .number("\(value)")
        case .float(let value): self = .number("\(value)")
        case .double(let value):
            self = .number(Int64(exactly: value).map { "\($0)" } ?? "\(value)")
        case .string(let text): self = .text(text)
        case .invalidString(let bytes): self = .text(String(decoding: bytes, as: UTF8.self))
        case .binary(let bytes):
            let document = readsJSON ? try? JSONReader.document(bytes) : nil
            self = document.map { TracedValue(template: $0) } ?? .bytes(bytes.count)
        case .array(let values):
            self = .list(values.map { TracedValue($0, readsJSON: readsJSON) })
        case .map(let entries):
            self = .map(
                entries.map {
                    Entry(
                        key: $0.key.string ?? "\($0.key)",
                        value: TracedValue($0.value, readsJSON: readsJSON)
                    )
                }
            )
        case .timestamp: self = .word("<time>")
        case .ext(_, let data): self = .bytes(data.count)
        }
    }

    /// An HCL2 template's value without its type, which says nothing more.
    private init(template document: JSONValue) {
        if case .object(let members) = document,
            let value = members.first(where: { $0.name == "value" })
        {
            self.init(value.value)
        } else {
            self.init(document)
        }
    }

    private init(_ document: JSONValue) {
        switch document {
        case .null: self = .word("nil")
        case .bool(let value): self = .word("\(value)")
        case .number(let text): self = .number(text)
        case .string(let text): self = .text(text)
        case .array(let values): self = .list(values.map { TracedValue($0) })
        case .object(let members):
            self = .map(members.map { Entry(key: $0.name, value: TracedValue($0.value)) })
        }
    }

    private static func bytes(_ count: Int) -> TracedValue {
        .word(count == 1 ? "<1 byte>" : "<\(count) bytes>")
    }
}
