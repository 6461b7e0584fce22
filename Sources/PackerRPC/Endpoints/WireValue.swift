internal import Components
package import Configuration
package import MessagePack

/// Values without a type of their own as they cross processes: configurations and generated data.
///
/// Only values that MessagePack and a template's JSON share are kept apart; a time or an extension is
/// no such value.
package enum WireValue {
    /// A template's value as it is sent.
    package static func encoded(_ value: ConfigurationValue) -> MessagePackValue {
        switch value {
        case .null: .nil
        case .bool(let value): .bool(value)
        case .integer(let value): .int(value)
        case .number(let value): .double(value)
        case .string(let value): .string(value)
        case .list(let values): .array(values.map(encoded))
        case .map(let values):
            .map(
                values.sorted { $0.key < $1.key }.map {
                    MessagePackValue.Entry(key: .string($0.key), value: encoded($0.value))
                }
            )
        }
    }

    /// What was sent, as a template's value.
    ///
    /// In JSON mode every number of a template arrives as a double; whole ones are integers again.
    ///
    /// - Throws: ``PackerRPCError`` for what no template can hold.
    package static func decoded(_ value: MessagePackValue) throws -> ConfigurationValue {
        switch value {
        case .nil: return .null
        case .bool(let value): return .bool(value)
        case .int(let value): return .integer(value)
        case .uint(let value):
            return Int64(exactly: value).map { .integer($0) } ?? .number(Double(value))
        case .float(let value): return number(Double(value))
        case .double(let value): return number(value)
        case .string(let value): return .string(value)
        // Bytes that are no text have always been shown so; a template cannot hold them.
        case .invalidString(let bytes), .binary(let bytes):
            return .string(String(decoding: bytes, as: UTF8.self))
        case .array(let values): return .list(try values.map(decoded))
        case .map(let entries): return .map(try decoded(entries))
        case .timestamp, .ext:
            throw PackerRPCError(
                .protocolViolation,
                "found \(value) where a template's value is due"
            )
        }
    }

    private static func number(_ value: Double) -> ConfigurationValue {
        Int64(exactly: value).map { .integer($0) } ?? .number(value)
    }

    private static func decoded(
        _ entries: [MessagePackValue.Entry]
    ) throws -> [String: ConfigurationValue] {
        var values: [String: ConfigurationValue] = [:]
        for entry in entries {
            guard let key = entry.key.string else {
                throw PackerRPCError(
                    .protocolViolation,
                    "found a key that is no text: \(entry.key)"
                )
            }
            values[key] = try decoded(entry.value)
        }
        return values
    }
}

extension GeneratedData {
    /// As it is sent; Packer sends nil for none.
    var wireValue: MessagePackValue {
        values.isEmpty ? .nil : WireValue.encoded(.map(values))
    }

    /// What was sent.
    ///
    /// - Throws: ``PackerRPCError`` when it is no map of values.
    init(wire value: MessagePackValue) throws {
        switch try WireValue.decoded(value) {
        case .null: self.init()
        case .map(let values): self.init(values)
        default: throw PackerRPCError(.protocolViolation, "the generated data is no map")
        }
    }
}
