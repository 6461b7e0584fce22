import MessagePack

/// A type of cty, the value system of HCL.
///
/// Source: the types of go-cty that can leave a process; capsules cannot.
package indirect enum CtyType: Hashable, Sendable {
    /// Text.
    case string
    /// Numbers.
    case number
    /// true or false.
    case bool
    /// Any type: a value brings its own along.
    case dynamic
    /// Values of one type, in order.
    case list(CtyType)
    /// Values of one type, each once.
    case set(CtyType)
    /// Values of one type, by key.
    case map(CtyType)
    /// Values by names, each with its type.
    case object(ObjectType)
    /// Values in order, each with its type.
    case tuple([CtyType])

    /// An object's attributes, in the order of their names' bytes, each name once.
    package struct ObjectType: Hashable, Sendable {
        /// The attributes.
        package let attributes: [Attribute]

        /// Whether values bring some of their type along; asked often, so found out once.
        let hasDynamicPart: Bool

        /// An object type of attributes in any order.
        ///
        /// - Throws: ``HCLSpecificationError`` where a name occurs twice or is too long.
        package init(_ attributes: [Attribute]) throws(HCLSpecificationError) {
            self.init(ordered: try orderedByName(attributes, \.name))
        }

        init(ordered attributes: [Attribute]) {
            self.attributes = attributes
            hasDynamicPart = attributes.contains(where: \.type.hasDynamicPart)
        }
    }

    /// One attribute of an object type.
    package struct Attribute: Hashable, Sendable {
        /// The attribute's name.
        package let name: String
        /// The type of its values.
        package let type: CtyType
        /// Whether a value may do without it; only types that describe what is wanted have such.
        package let isOptional: Bool

        /// An attribute of an object type.
        package init(_ name: String, _ type: CtyType, isOptional: Bool = false) {
            self.name = name
            self.type = type
            self.isOptional = isOptional
        }
    }

    /// An object type of attributes in any order.
    ///
    /// - Throws: ``HCLSpecificationError`` where a name occurs twice or is too long.
    package static func object(_ attributes: [Attribute]) throws(HCLSpecificationError) -> CtyType {
        .object(try ObjectType(attributes))
    }

    /// What it is, for messages.
    var kind: String {
        switch self {
        case .string: "a string"
        case .number: "a number"
        case .bool: "a bool"
        case .dynamic: "a value of any type"
        case .list: "a list"
        case .set: "a set"
        case .map: "a map"
        case .object: "an object"
        case .tuple: "a tuple"
        }
    }

    /// The type without a word on which attributes are optional, as values have it.
    package var withoutOptionalAttributes: CtyType {
        switch self {
        case .string, .number, .bool, .dynamic: self
        case .list(let element): .list(element.withoutOptionalAttributes)
        case .set(let element): .set(element.withoutOptionalAttributes)
        case .map(let element): .map(element.withoutOptionalAttributes)
        case .tuple(let elements): .tuple(elements.map(\.withoutOptionalAttributes))
        case .object(let object):
            .object(
                ObjectType(
                    ordered: object.attributes.map {
                        Attribute($0.name, $0.type.withoutOptionalAttributes)
                    }
                )
            )
        }
    }
}

/// What has names, in the order of the names' bytes.
///
/// - Throws: ``HCLSpecificationError`` where a name occurs twice or is too long.
func orderedByName<Named>(
    _ parts: [Named],
    _ name: (Named) -> String
) throws(HCLSpecificationError) -> [Named] {
    var names: Set<WireName> = []
    for part in parts {
        let text = name(part)
        try HCLSpecificationLimits.checkName(text)
        guard names.insert(WireName(text)).inserted else {
            let found = "the name \(HCLSpecificationError.quoted(text)) occurs twice"
            throw HCLSpecificationError(.malformed, found)
        }
    }
    return parts.sorted { name($0).utf8.lexicographicallyPrecedes(name($1).utf8) }
}
