/// A group of options that belong together: what a component reads from its part of a template.
///
/// Every stored property is a ``Field`` (or ``Flattened``), and its declaration says all there is
/// to know about the option: name, type, default, check and documentation.
///
/// ```swift
/// struct ShellConfiguration: ConfigurationBlock {
///     @Field("Commands to run, one an element.") var inline: [String] = []
///     @Field("How long to try to start.") var startRetryTimeout: Duration = .seconds(300)
///     @Field("Where the file goes.") var destination: String  // no default: required
///     @Field("A password.", sensitive: true) var password: String?
/// }
/// let configuration = try ShellConfiguration.decode(raw) { try render($0) }
/// ```
///
/// Names in templates are the property's name in snake_case.
public protocol ConfigurationBlock: FieldValue, Decodable {
    /// The block with nothing set; the compiler writes it for a struct of fields.
    init()

    /// Rules between options; called when every single option is right.
    ///
    /// - Returns: What is wrong, with paths relative to the block; empty by default.
    func check() -> [ConfigurationProblem]
}

extension ConfigurationBlock {
    /// No rules between options.
    public func check() -> [ConfigurationProblem] { [] }

    /// Reads a block from a template's map with Packer's weak typing.
    ///
    /// Finds everything that is wrong before it throws: bad values, missing options, unknown keys,
    /// and, when each option is right by itself, what ``check()`` finds. The key `type` and keys
    /// that start with `packer_` are Packer's own and passed over.
    ///
    /// - Parameters:
    ///   - raw: The map; `null` counts as an empty one.
    ///   - rendering: Interprets a string of the template; called once for each string of every
    ///     option that is not declared `interpolated: false`. What it throws becomes a problem at
    ///     the string's path.
    ///   - check: More rules between options, which need more than the options to be checked;
    ///     called after ``check()``.
    /// - Returns: The block, with defaults where the template sets nothing.
    /// - Throws: `ConfigurationErrors` with every problem, paths relative to the block.
    public static func decode(
        _ raw: ConfigurationValue,
        rendering: @escaping (String) throws -> String = { $0 },
        check: (Self) -> [ConfigurationProblem] = { _ in [] }
    ) throws -> Self {
        try read(
            raw,
            rendering: FieldRendering(rendering),
            passingOver: { isPackersOwn($0) },
            check: check
        )
    }

    /// The options in the order of their declaration, for a plugin's spec and for documentation.
    public static var fields: [FieldSpecification] {
        FieldDefinitions(of: Self()).inOrder.flatMap { $0.definition.specifications(for: $0.name) }
    }

    /// What to tell a user who set options by old names, or options that will go away.
    public var deprecationWarnings: [String] {
        FieldDefinitions(of: self).inOrder.flatMap { $0.definition.warnings(for: $0.name) }
    }

    private static func isPackersOwn(_ key: String) -> Bool {
        key == "type" || key.hasPrefix("packer_")
    }

    private static func read(
        _ raw: ConfigurationValue,
        rendering: FieldRendering,
        passingOver: (String) -> Bool,
        check: (Self) -> [ConfigurationProblem] = { _ in [] }
    ) throws -> Self {
        let map: [String: ConfigurationValue]
        switch raw {
        case .null: map = [:]
        case .map(let value): map = value
        default: throw ConfigurationErrors("expected a map of options, got \(raw.kind)")
        }
        let reading = BlockReading(map: map, rendering: rendering)
        let block = try read(reading)
        let fieldsAreRight = reading.problems.isEmpty
        reading.refuseUnknownKeys(passingOver: passingOver, known: fields)
        if fieldsAreRight { reading.problems += block.check() + check(block) }
        guard reading.problems.isEmpty else { throw ConfigurationErrors(reading.problems) }
        return block
    }

    /// Reads the fields alone; problems are left in `reading`.
    static func read(_ reading: BlockReading) throws -> Self {
        try Self(
            from: BlockDecoder(definitions: FieldDefinitions(of: Self()), reading: reading)
        )
    }

    /// The kind in specs and documentation.
    public static var fieldType: FieldType { .block(fields) }

    /// What the option is when it has no default and is not set.
    public static var absent: Self? { nil }

    /// The value as a template would write it.
    public var fieldText: String { "{}" }

    /// Reads a block that is the value of an option of another one; no key is passed over.
    public static func parse(
        _ raw: ConfigurationValue,
        rendering: FieldRendering
    ) throws -> Self {
        try read(raw, rendering: rendering, passingOver: { _ in false })
    }
}
