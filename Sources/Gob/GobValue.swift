/// A Go value as a gob stream carries it.
///
/// The tree says what the stream said and no more: Go's integer widths are not in it, a struct has
/// only the fields that were sent, and a map keeps the order of the stream, which in Go is random.
package enum GobValue: Hashable, Sendable {
    /// A `bool`.
    case bool(Bool)
    /// A signed integer of any width.
    case int(Int64)
    /// An unsigned integer of any width.
    case uint(UInt64)
    /// A floating-point number of any width.
    case float(Double)
    /// A complex number of any width.
    case complex(real: Double, imaginary: Double)
    /// A `[]byte`.
    case bytes([UInt8])
    /// A `string`.
    case string(String)
    /// A slice or an array.
    case sequence([GobValue])
    /// A map.
    case map([Entry])
    /// A struct.
    case structure(GobStructure)
    /// What a type that encodes itself wrote; for a `gob.GobEncoder` often a stream of its own.
    case opaque([UInt8])
    /// What an interface holds; `nil` for Go's nil.
    indirect case interface(GobInterface?)

    /// One key of a map with its element.
    package struct Entry: Hashable, Sendable {
        /// The key.
        package let key: GobValue
        /// The element.
        package let element: GobValue

        /// An entry of a map.
        package init(_ key: GobValue, _ element: GobValue) {
            self.key = key
            self.element = element
        }
    }
}

/// A struct: those of its fields that are not zero.
///
/// Go's encoder leaves out fields that have the zero value of their type, and a decoder leaves
/// unknown fields alone, so a field is looked up by name and its absence is its zero value.
package struct GobStructure: Hashable, Sendable {
    /// A field that was sent.
    package struct Field: Hashable, Sendable {
        /// The field's name in Go.
        package let name: String
        /// The field's value.
        package let value: GobValue

        /// A field with its value.
        package init(_ name: String, _ value: GobValue) {
            self.name = name
            self.value = value
        }
    }

    /// The fields that were sent, in the order of the struct's definition.
    package let fields: [Field]

    /// A struct of fields in any order; those left out are zero.
    package init(_ fields: [Field]) { self.fields = fields }

    /// The value of a field whose name has these bytes; `nil` where it was not sent and thus is zero.
    package subscript(_ name: String) -> GobValue? {
        fields.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }
}

/// What an interface holds: a value, its type in the stream, and the name by which both sides
/// registered the type.
package struct GobInterface: Hashable, Sendable {
    /// The name under which Go's `gob.Register` knows the concrete type: for `T` the full path of
    /// its package, a dot and its name; for `*T` a star and the last part of that path.
    package let typeName: String

    /// The concrete type's number in the stream.
    package let type: GobTypeID

    /// The value.
    package let value: GobValue

    /// What an interface holds; `type` is a number in the table of the stream that the value is
    /// read from or written to.
    package init(_ typeName: String, _ type: GobTypeID, _ value: GobValue) {
        self.typeName = typeName
        self.type = type
        self.value = value
    }
}
