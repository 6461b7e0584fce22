/// One option of a ``ConfigurationBlock``: its value, and everything that is to be known about it.
///
/// A property with a default is optional, an `Optional` one without a default is `nil` when not
/// set, any other one is required. Reading a required option of a block that was not decoded traps.
@propertyWrapper
public struct Field<Value: FieldValue>: Sendable, Decodable {
    /// What is declared beside the value.
    let declaration: FieldDeclaration
    private let rule: (@Sendable (Value) -> String?)?
    private let initial: Value?
    private var value: Value?
    /// The key under which the user set the option, or `nil`.
    public private(set) var givenKey: String?

    /// An option with a default.
    ///
    /// - Parameters:
    ///   - wrappedValue: The default.
    ///   - documentation: What the option does, in a sentence or more.
    ///   - key: Its name in templates; the property's name in snake_case when left out.
    ///   - aliases: Old names that are still understood; they give a warning.
    ///   - deprecated: Why the option will go away and what to use instead; gives a warning.
    ///   - sensitive: Whether its value is a secret.
    ///   - interpolated: Whether its text is rendered when the block is decoded; `false` for
    ///     options that only make sense at run time.
    ///   - check: Says what is wrong with a value that the user gave, or `nil`.
    public init(
        wrappedValue: Value,
        _ documentation: String,
        key: String? = nil,
        aliases: [String] = [],
        deprecated: String? = nil,
        sensitive: Bool = false,
        interpolated: Bool = true,
        check: (@Sendable (Value) -> String?)? = nil
    ) {
        declaration = FieldDeclaration(
            documentation: documentation,
            key: key,
            aliases: aliases,
            deprecated: deprecated,
            missing: nil,
            isSensitive: sensitive,
            isInterpolated: interpolated
        )
        rule = check
        initial = wrappedValue
        value = wrappedValue
    }

    /// An option without a default: `nil` for an `Optional`, required otherwise.
    ///
    /// - Parameters:
    ///   - documentation: What the option does, in a sentence or more.
    ///   - key: Its name in templates; the property's name in snake_case when left out.
    ///   - aliases: Old names that are still understood; they give a warning.
    ///   - deprecated: Why the option will go away and what to use instead; gives a warning.
    ///   - missing: The error text for a required option that is not set.
    ///   - sensitive: Whether its value is a secret.
    ///   - interpolated: Whether its text is rendered when the block is decoded.
    ///   - check: Says what is wrong with a value that the user gave, or `nil`.
    public init(
        _ documentation: String,
        key: String? = nil,
        aliases: [String] = [],
        deprecated: String? = nil,
        missing: String? = nil,
        sensitive: Bool = false,
        interpolated: Bool = true,
        check: (@Sendable (Value) -> String?)? = nil
    ) {
        declaration = FieldDeclaration(
            documentation: documentation,
            key: key,
            aliases: aliases,
            deprecated: deprecated,
            missing: missing,
            isSensitive: sensitive,
            isInterpolated: interpolated
        )
        rule = check
        initial = Value.absent
        value = Value.absent
    }

    /// The option's value.
    public var wrappedValue: Value {
        get {
            guard let value else {
                preconditionFailure("a required option was read before its block was decoded")
            }
            return value
        }
        set { value = newValue }
    }

    /// The value as a template would write it, or `nil` when there is none.
    var currentText: String? { value.map { $0.fieldText } }

    /// The field itself, to ask whether the user set it: `configuration.$inlineShebang.isSet`.
    public var projectedValue: Self { self }

    /// Whether the template sets the option; `null` does not.
    public var isSet: Bool { givenKey != nil }

    /// Copies the declaration from the block's definition and reads the value; only
    /// ``ConfigurationBlock/decode(_:rendering:check:)`` calls it.
    public init(from decoder: any Decoder) throws {
        guard
            let decoder = decoder as? FieldDecoder,
            let definition = decoder.definition as? Self
        else { throw UnsupportedDecoding() }
        self = definition
        decoder.reading.read(
            definition.declaration,
            of: decoder.name,
            type: Value.fieldType
        ) { raw, rendering, key in
            let parsed = try Value.parse(raw, rendering: rendering)
            if let complaint = rule?(parsed) { throw ConfigurationErrors(complaint) }
            value = parsed
            givenKey = key
        } missing: {
            value == nil
        }
    }
}

extension Field: FieldDefinition {
    func specifications(for name: String) -> [FieldSpecification] {
        [
            FieldSpecification(
                name: declaration.key(for: name),
                type: Value.fieldType,
                isRequired: initial == nil,
                defaultText: initial.map { $0.fieldText } ?? "",
                documentation: declaration.documentation,
                isSensitive: declaration.isSensitive,
                isInterpolated: declaration.isInterpolated,
                aliases: declaration.aliases,
                deprecation: declaration.deprecated
            )
        ]
    }

    func warnings(for name: String) -> [String] {
        guard let givenKey else { return [] }
        let key = declaration.key(for: name)
        if let deprecated = declaration.deprecated {
            return ["`\(givenKey)` is deprecated: \(deprecated)"]
        }
        if givenKey == key { return [] }
        return givenKey.lowercased() == key.lowercased()
            ? ["`\(givenKey)` is understood as `\(key)`: write it so"]
            : ["`\(givenKey)` is deprecated: use `\(key)` instead"]
    }
}

/// What a ``Field`` says about itself apart from its value and its type.
struct FieldDeclaration: Sendable {
    let documentation: String
    let key: String?
    let aliases: [String]
    let deprecated: String?
    let missing: String?
    let isSensitive: Bool
    let isInterpolated: Bool

    /// The name in templates of the property `name`.
    func key(for name: String) -> String { key ?? snakeCase(name) }
}

/// `startRetryTimeout` as templates write it: `start_retry_timeout`.
///
/// A run of capitals is one word: `sshHostURL` is `ssh_host_url`.
func snakeCase(_ name: String) -> String {
    var text = ""
    var previousIsCapital = true
    let letters = Array(name)
    for (position, letter) in letters.enumerated() {
        let nextIsSmall = position + 1 < letters.count && letters[position + 1].isLowercase
        if letter.isUppercase, !text.isEmpty, !previousIsCapital || nextIsSmall { text += "_" }
        text += letter.lowercased()
        previousIsCapital = letter.isUppercase
    }
    return text
}
