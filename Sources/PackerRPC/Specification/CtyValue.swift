/// A value of cty: what HCL makes of a configuration, and what a data source returns.
///
/// **The elements fit their container's type** in every value that was read. One that is put
/// together by hand is checked when it is written, which then throws.
package indirect enum CtyValue: Hashable, Sendable {
    /// No value, but a type that one would have.
    case null(CtyType)
    /// A value that is not known yet. Packer sends it to no plugin: where one stands, JSON has the
    /// placeholder that Packer writes (``placeholder``).
    case unknown(CtyType)
    /// Text.
    case string(String)
    /// A number.
    case number(CtyNumber)
    /// true or false.
    case bool(Bool)
    /// Values of one type, in order.
    case list(of: CtyType, [CtyValue])
    /// Values of one type, each once, in the order of arrival; cty gives them none.
    case set(of: CtyType, [CtyValue])
    /// Values of one type, by key, in the order of the keys' bytes.
    case map(of: CtyType, [Entry])
    /// Values by name, in the order of the names' bytes.
    case object([Entry])
    /// Values in order.
    case tuple([CtyValue])

    /// A key of a map or an attribute of an object, with its value.
    package struct Entry: Hashable, Sendable {
        /// The key or name.
        package let name: String
        /// The value.
        package let value: CtyValue

        /// A named value.
        package init(_ name: String, _ value: CtyValue) {
            self.name = name
            self.value = value
        }
    }

    /// The value's own type.
    package var type: CtyType {
        switch self {
        case .null(let type), .unknown(let type): type.withoutOptionalAttributes
        case .string: .string
        case .number: .number
        case .bool: .bool
        case .list(let element, _): .list(element)
        case .set(let element, _): .set(element)
        case .map(let element, _): .map(element)
        case .tuple(let elements): .tuple(elements.map(\.type))
        case .object(let entries):
            .object(CtyType.ObjectType(ordered: entries.map { .init($0.name, $0.value.type) }))
        }
    }

    /// Whether it is null.
    package var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// What Packer puts in the place of an unknown value before it makes JSON: the text `<unknown>`,
    /// 0, false, or an empty collection; an object and a tuple of placeholders.
    ///
    /// Source: `hcl2template`'s `WriteUnknownPlaceholderValues`.
    static func placeholder(of type: CtyType) -> CtyValue {
        switch type {
        case .string: .string("<unknown>")
        case .number: .number(0)
        case .bool: .bool(false)
        case .dynamic: .null(.dynamic)
        case .list(let element): .list(of: element, [])
        case .set(let element): .set(of: element, [])
        case .map(let element): .map(of: element, [])
        case .tuple(let elements): .tuple(elements.map { placeholder(of: $0) })
        case .object(let object):
            .object(object.attributes.map { Entry($0.name, placeholder(of: $0.type)) })
        }
    }

    /// The truth value that cty takes a text for.
    static func truth(_ text: String) -> Bool? {
        switch Array(text.utf8.prefix(6)) {
        case Array("true".utf8), Array("1".utf8): true
        case Array("false".utf8), Array("0".utf8): false
        default: nil
        }
    }

    /// What it is, for messages.
    var kind: String {
        switch self {
        case .null: "null"
        case .unknown: "an unknown value"
        default: type.kind
        }
    }

    /// The error for a value that is not of a type.
    func mismatch(_ type: CtyType) -> HCLSpecificationError {
        HCLSpecificationError(.typeMismatch, "\(kind) stands where \(type.kind) should be")
    }
}

// MARK: - Reading containers

/// Puts containers together of elements that were read as an element type says.
///
/// Where that is ``CtyType/dynamic``, or has it inside, the elements brought types of their own,
/// which must be the same for all of them and become the container's. Types here have no optional
/// attributes any more.
extension CtyValue {
    static func collected(
        list elements: [CtyValue],
        of constraint: CtyType
    ) throws(HCLSpecificationError) -> CtyValue {
        let type = try commonType(of: elements, constraint)
        return .list(of: type, elements.map { $0.within(type) })
    }

    static func collected(
        set elements: [CtyValue],
        of constraint: CtyType
    ) throws(HCLSpecificationError) -> CtyValue {
        let type = try commonType(of: elements, constraint)
        // By their bytes: a peer could make the comparison of texts take minutes.
        var seen: Set<[UInt8]> = []
        var unique: [CtyValue] = []
        for element in elements.map({ $0.within(type) })
        where seen.insert(try element.messagePack(as: type)).inserted {
            unique.append(element)
        }
        return .set(of: type, unique)
    }

    static func collected(
        map entries: [Entry],
        of constraint: CtyType
    ) throws(HCLSpecificationError) -> CtyValue {
        let ordered = try orderedByName(entries, \.name)
        let type = try commonType(of: ordered.map(\.value), constraint)
        return .map(of: type, ordered.map { Entry($0.name, $0.value.within(type)) })
    }

    private static func commonType(
        of elements: [CtyValue],
        _ constraint: CtyType
    ) throws(HCLSpecificationError) -> CtyType {
        guard constraint.hasDynamicPart else { return constraint }
        var common: CtyType?
        for type in elements.lazy.map(\.type) where type != .dynamic {
            guard common == nil || common == type else {
                let found = "the elements of a collection are of different types"
                throw HCLSpecificationError(.typeMismatch, found)
            }
            common = type
        }
        return common ?? constraint
    }

    /// The value as an element of a collection of a type, which also what has no value is of there.
    private func within(_ type: CtyType) -> CtyValue {
        switch self {
        case .null(.dynamic): .null(type)
        case .unknown(.dynamic): .unknown(type)
        default: self
        }
    }
}

extension CtyType {
    /// Whether values bring some of their type along.
    var hasDynamicPart: Bool {
        switch self {
        case .dynamic: true
        case .string, .number, .bool: false
        case .list(let element), .set(let element), .map(let element): element.hasDynamicPart
        case .tuple(let elements): elements.contains(where: \.hasDynamicPart)
        case .object(let object): object.hasDynamicPart
        }
    }
}
