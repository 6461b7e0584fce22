public import Configuration

/// A component that is made of its options.
///
/// ```swift
/// struct Greet: Provisioner, ConfiguredComponent {
///     struct Options: ConfigurationBlock {
///         @Field("Whom to greet.") var name: String
///     }
///     let options: Options
///     let context: PrepareContext
///
///     func provision(_ machine: any Communicator, ui: any UserInterface, data: GeneratedData)
///         async throws
///     { await ui.say("Hello, \(options.name)!") }
/// }
/// ```
/// What a builder, a provisioner, a post-processor or a data source has to say of its options comes
/// from their declaration then. Rules between options are the block's `check()`; a component with
/// warnings, or with more to do before a build, writes `prepare` itself.
public protocol ConfiguredComponent: Sendable {
    /// The options of the template.
    associatedtype Options: ConfigurationBlock

    /// A component with these options; the compiler writes it for a struct of the two.
    init(options: Options, context: PrepareContext)
}

extension ConfiguredComponent {
    /// The options, in the order of their declaration.
    public static var fields: [FieldSpecification] { Options.fields }

    /// Checks the options and makes the component.
    ///
    /// - Throws: `ConfigurationErrors` with everything that is wrong.
    public static func prepare(
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) throws -> Prepared<Self> {
        Prepared(Self(options: try context.decode(from: configuration), context: context))
    }
}
