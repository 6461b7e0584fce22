/// The number by which a stream names a type.
///
/// Numbers below 64 are Go's own; the others mean what the stream says they mean.
package struct GobTypeID: Hashable, Sendable, CustomStringConvertible {
    /// The number.
    package let rawValue: Int32

    /// A type by its number.
    package init(_ rawValue: Int32) { self.rawValue = rawValue }

    /// Go's `bool`.
    package static let bool = GobTypeID(1)
    /// Go's signed integers of any width.
    package static let int = GobTypeID(2)
    /// Go's unsigned integers of any width.
    package static let uint = GobTypeID(3)
    /// Go's floating-point numbers of any width.
    package static let float = GobTypeID(4)
    /// Go's `[]byte`.
    package static let bytes = GobTypeID(5)
    /// Go's `string`.
    package static let string = GobTypeID(6)
    /// Go's complex numbers of any width.
    package static let complex = GobTypeID(7)
    /// Any Go interface type.
    package static let interface = GobTypeID(8)
    /// The lowest number that a stream may define; Go's `firstUserId`, although its encoder
    /// starts at 65.
    package static let firstDefinable = GobTypeID(64)

    /// The number, with the name of the type where it is one of Go's own.
    package var description: String {
        switch self {
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .float: "float"
        case .bytes: "bytes"
        case .string: "string"
        case .complex: "complex"
        case .interface: "interface"
        default: "type \(rawValue)"
        }
    }
}

/// What a stream says of a type: gob's `wireType`.
///
/// A definition may name types that are defined later, or itself.
package enum GobTypeDefinition: Hashable, Sendable {
    /// One field of a struct.
    package struct Field: Hashable, Sendable {
        /// The field's name in Go; decoders match fields by it.
        package let name: String
        /// The type of the field's values.
        package let type: GobTypeID

        /// A field of a struct.
        package init(_ name: String, _ type: GobTypeID) {
            self.name = name
            self.type = type
        }
    }

    /// Which of Go's interfaces a type implements to encode itself.
    package enum SelfEncoding: Hashable, Sendable {
        /// `gob.GobEncoder`.
        case gobEncoder
        /// `encoding.BinaryMarshaler`.
        case binaryMarshaler
        /// `encoding.TextMarshaler`.
        case textMarshaler
    }

    /// An array, whose length is part of its type.
    case array(name: String, element: GobTypeID, length: Int)
    /// A slice.
    case slice(name: String, element: GobTypeID)
    /// A struct.
    case structure(name: String, fields: [Field])
    /// A map.
    case map(name: String, key: GobTypeID, element: GobTypeID)
    /// A type that encodes itself; its values are bytes that only it understands.
    case opaque(name: String, by: SelfEncoding = .gobEncoder)

    /// The type's name in Go, without its package; empty for a type without a name.
    package var name: String {
        switch self {
        case .array(let name, _, _), .slice(let name, _), .structure(let name, _),
            .map(let name, _, _), .opaque(let name, _):
            name
        }
    }

    /// Whether values of this type are structs: others have a zero byte before them where they
    /// stand alone.
    package var isStructure: Bool {
        if case .structure = self { true } else { false }
    }
}

/// The types that a stream defines, in the order in which it does.
package struct GobTypes: Sendable, Equatable {
    private var definitions: [GobTypeID: GobTypeDefinition] = [:]

    /// The numbers of the types, in the order of their definitions.
    package private(set) var ids: [GobTypeID] = []

    /// A table without any type but Go's own.
    package init() {}

    /// What a type is; `nil` for Go's own types and for numbers that nobody defined.
    package subscript(_ id: GobTypeID) -> GobTypeDefinition? { definitions[id] }

    /// Adds a type under a number of the caller's choice, as Go's encoder from 65 upwards.
    ///
    /// - Throws: ``GobError/Code-swift.enum/duplicateType`` if the number is taken or Go's own.
    package mutating func define(
        _ id: GobTypeID,
        as definition: GobTypeDefinition
    ) throws(GobError) {
        try define(id, as: definition, at: nil)
    }

    /// Adds a type that a stream defines at `offset`.
    mutating func define(
        _ id: GobTypeID,
        as definition: GobTypeDefinition,
        at offset: Int?
    ) throws(GobError) {
        guard id.rawValue >= GobTypeID.firstDefinable.rawValue else {
            let found = "\(id) is defined, but the number is one of Go's own"
            throw GobError(.duplicateType, found, at: offset)
        }
        guard definitions[id] == nil else {
            throw GobError(.duplicateType, "\(id) is defined a second time", at: offset)
        }
        definitions[id] = definition
        ids.append(id)
    }
}
