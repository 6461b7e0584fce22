/// What a value is, for those who know what it should be.
///
/// A getter throws ``GobError/Code-swift.enum/typeMismatch`` where the value is something else.
extension GobValue {
    /// What the value is, for messages.
    var kind: String {
        switch self {
        case .bool: "a bool"
        case .int: "an int"
        case .uint: "a uint"
        case .float: "a float"
        case .complex: "a complex number"
        case .bytes: "bytes"
        case .string: "a string"
        case .sequence: "a slice or array"
        case .map: "a map"
        case .structure: "a struct"
        case .opaque: "a value that encodes itself"
        case .interface(nil): "a nil interface"
        case .interface: "an interface value"
        }
    }

    private func mismatch(_ wanted: String) -> GobError {
        GobError(.typeMismatch, "\(kind) stands where \(wanted) should be")
    }

    /// The value as a `bool`.
    package var bool: Bool {
        get throws(GobError) {
            guard case .bool(let value) = self else { throw mismatch("a bool") }
            return value
        }
    }

    /// The value as a signed integer.
    package var int: Int64 {
        get throws(GobError) {
            guard case .int(let value) = self else { throw mismatch("an int") }
            return value
        }
    }

    /// The value as an unsigned integer.
    package var uint: UInt64 {
        get throws(GobError) {
            guard case .uint(let value) = self else { throw mismatch("a uint") }
            return value
        }
    }

    /// The value as a `string`.
    package var string: String {
        get throws(GobError) {
            guard case .string(let value) = self else { throw mismatch("a string") }
            return value
        }
    }

    /// The bytes of a value that encodes itself, or of a `[]byte`.
    package var bytes: [UInt8] {
        get throws(GobError) {
            switch self {
            case .opaque(let value), .bytes(let value): return value
            default: throw mismatch("a value that encodes itself")
            }
        }
    }

    /// The elements of a slice or an array.
    package var elements: [GobValue] {
        get throws(GobError) {
            guard case .sequence(let value) = self else { throw mismatch("a slice or array") }
            return value
        }
    }

    /// The entries of a map, in the order of the stream.
    package var entries: [Entry] {
        get throws(GobError) {
            guard case .map(let value) = self else { throw mismatch("a map") }
            return value
        }
    }

    /// The value as a struct.
    package var structure: GobStructure {
        get throws(GobError) {
            guard case .structure(let value) = self else { throw mismatch("a struct") }
            return value
        }
    }

    /// What an interface holds; `nil` for Go's nil, which is no mismatch.
    package var held: GobInterface? {
        get throws(GobError) {
            guard case .interface(let value) = self else { throw mismatch("an interface value") }
            return value
        }
    }
}

/// The fields of a struct, with Go's zero for those that were not sent.
extension GobStructure {
    /// A `bool` field, or `false`.
    package func bool(_ name: String) throws(GobError) -> Bool { try self[name]?.bool ?? false }

    /// A field of a signed integer type, or 0.
    package func int(_ name: String) throws(GobError) -> Int64 { try self[name]?.int ?? 0 }

    /// A field of an unsigned integer type, or 0.
    package func uint(_ name: String) throws(GobError) -> UInt64 { try self[name]?.uint ?? 0 }

    /// A `string` field, or the empty string.
    package func string(_ name: String) throws(GobError) -> String { try self[name]?.string ?? "" }

    /// What an interface field holds; `nil` for Go's nil.
    package func held(_ name: String) throws(GobError) -> GobInterface? { try self[name]?.held }
}
