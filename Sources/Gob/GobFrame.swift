/// A value that has begun and whose parts are being read.
///
/// The parts are not in the cases of an enum, because taking them out and putting them back would
/// copy them for each that is added.
struct GobFrame: Sendable {
    private enum Kind {
        case structure([GobTypeDefinition.Field])
        case sequence(of: GobTypeID)
        case map(key: GobTypeID, element: GobTypeID)
        case interface(name: String)
    }

    private let kind: Kind

    /// How many elements are still to come.
    private var remaining = 0
    private var elements: [GobValue] = []

    private var field = -1
    private var fields: [GobStructure.Field] = []

    private var key: GobValue?
    private var keys = GobMapKeys()
    private var entries: [GobValue.Entry] = []

    private var concreteType: GobTypeID?
    private var content: GobValue?

    private init(_ kind: Kind, count: Int = 0) {
        self.kind = kind
        remaining = count
    }

    static func structure(_ fields: [GobTypeDefinition.Field]) -> Self { Self(.structure(fields)) }

    static func sequence(of element: GobTypeID, count: Int) -> Self {
        Self(.sequence(of: element), count: count)
    }

    static func map(key: GobTypeID, element: GobTypeID, count: Int) -> Self {
        Self(.map(key: key, element: element), count: count)
    }

    static func interface(_ name: String) -> Self { Self(.interface(name: name)) }

    /// Whether the frame counts as a level of nesting.
    var isContainer: Bool { if case .interface = kind { false } else { true } }

    /// States the type of what an interface holds.
    mutating func setConcreteType(_ type: GobTypeID) { concreteType = type }

    /// The type of the next part; `nil` when there is none.
    mutating func nextPart(_ cursor: inout GobCursor) throws(GobError) -> GobTypeID? {
        switch kind {
        case .structure(let definitions):
            guard let next = try cursor.field(after: field, of: definitions.count) else {
                return nil
            }
            field = next
            return definitions[next].type
        case .sequence(let element):
            return remaining == 0 ? nil : element
        case .map(let keyType, let element):
            if remaining == 0 { return nil }
            return key == nil ? keyType : element
        case .interface:
            return nil
        }
    }

    /// Takes the part that ``nextPart(_:)`` asked for, which ends at `offset`.
    mutating func take(_ value: GobValue, at offset: Int) throws(GobError) {
        switch kind {
        case .structure(let definitions):
            fields.append(GobStructure.Field(definitions[field].name, value))
        case .sequence:
            remaining -= 1
            elements.append(value)
        case .interface:
            content = value
        case .map:
            guard let key else {
                guard keys.insert(value) else {
                    throw GobError(.duplicateKey, "a map has the same key twice", at: offset)
                }
                key = value
                return
            }
            entries.append(GobValue.Entry(key, value))
            self.key = nil
            remaining -= 1
        }
    }

    /// The value of which all parts have been taken.
    var whole: GobValue {
        switch kind {
        case .structure: .structure(GobStructure(fields))
        case .sequence: .sequence(elements)
        case .map: .map(entries)
        case .interface(let name):
            if let concreteType, let content {
                .interface(GobInterface(name, concreteType, content))
            } else {
                .interface(nil)
            }
        }
    }
}
