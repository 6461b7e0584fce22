/// What there is to know about one option: the source of a plugin's spec and of reference pages.
public struct FieldSpecification: Sendable, Equatable {
    /// Its name in templates.
    public var name: String
    /// The kind of values it takes.
    public var type: FieldType
    /// Whether it must be set.
    public var isRequired: Bool
    /// Its default as a template would write it; empty for required ones and for those that are
    /// not set by default.
    public var defaultText: String
    /// What it does.
    public var documentation: String
    /// Whether its value is a secret.
    public var isSensitive: Bool
    /// Whether its text is rendered before the build starts.
    public var isInterpolated: Bool
    /// Old names that are still understood.
    public var aliases: [String]
    /// Why it will go away and what to use instead, or `nil`.
    public var deprecation: String?

    /// A specification made of its parts.
    public init(
        name: String,
        type: FieldType,
        isRequired: Bool = false,
        defaultText: String = "",
        documentation: String = "",
        isSensitive: Bool = false,
        isInterpolated: Bool = true,
        aliases: [String] = [],
        deprecation: String? = nil
    ) {
        self.name = name
        self.type = type
        self.isRequired = isRequired
        self.defaultText = defaultText
        self.documentation = documentation
        self.isSensitive = isSensitive
        self.isInterpolated = isInterpolated
        self.aliases = aliases
        self.deprecation = deprecation
    }
}

/// The kind of values an option takes.
public indirect enum FieldType: Sendable, Equatable {
    /// Text.
    case string
    /// true or false.
    case bool
    /// A whole number.
    case integer
    /// Any number.
    case number
    /// A length of time in Go's notation: `1h30m`.
    case duration
    /// Values of one kind, in order.
    case list(FieldType)
    /// Values of one kind, by name.
    case map(FieldType)
    /// A group of options.
    case block([FieldSpecification])
}

extension FieldType {
    /// Whether a value leaves an option of this type unset: `null` does, and for blocks the empty
    /// list, which is how an HCL2 template says that it has none of them.
    func isUnset(_ raw: ConfigurationValue) -> Bool {
        switch (self, raw) {
        case (_, .null): true
        case (.block, .list(let blocks)), (.list(.block), .list(let blocks)): blocks.isEmpty
        default: false
        }
    }
}
