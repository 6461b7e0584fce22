/// What a core tells a component about the build, beside its options: the keys `packer_*`.
///
/// Cores differ in what they send and in which types: HCL2 templates of Packer 1.6.6 have
/// `packer_debug` as the text "false" and nothing but two names for provisioners; JSON templates
/// have all but the newest keys. What is not sent has a default here, keys of later generations are
/// passed over.
public struct PackerKeys: ConfigurationBlock {
    /// The build's name; `PACKER_BUILD_NAME` on the machine.
    @Field("The build's name.", key: "packer_build_name", interpolated: false)
    public var buildName = ""

    /// The builder's type; `PACKER_BUILDER_TYPE` on the machine.
    @Field("The builder's type.", key: "packer_builder_type", interpolated: false)
    public var builderType = ""

    /// The core's version such as `1.6.6`, or "" when it does not say.
    @Field("The core's version.", key: "packer_core_version", interpolated: false)
    public var coreVersion = ""

    /// Whether the build pauses between steps.
    @Field("Packer's -debug.", key: "packer_debug", interpolated: false)
    public var isDebugging = false

    /// Whether the builder may replace what an earlier build made.
    @Field("Packer's -force.", key: "packer_force", interpolated: false)
    public var isForced = false

    /// What becomes of the machine when a step fails.
    @Field("Packer's -on-error.", key: "packer_on_error", interpolated: false)
    public var onError = OnError.cleanUp

    /// The JSON template's file, or "" in builds of HCL2 templates.
    @Field("The JSON template's file.", key: "packer_template_path", interpolated: false)
    public var templatePath = ""

    /// The user variables of a JSON template by name.
    @Field(
        "The user variables of a JSON template.",
        key: "packer_user_variables",
        sensitive: true,
        interpolated: false
    )
    public var userVariables: [String: String] = [:]

    /// The variables that are secrets, as the core lists them.
    @Field("Which are secrets.", key: "packer_sensitive_variables", interpolated: false)
    public var sensitiveVariables: [String] = []

    /// Nothing but defaults, as from a core that says nothing.
    public init() {}

    /// Reads the keys from what a component is prepared with; options are passed over.
    ///
    /// - Throws: `ConfigurationErrors` for a key of a type that cannot be converted.
    public init(reading configuration: [String: ConfigurationValue]) throws {
        var keys = configuration.filter { Self.holds($0.key) }
        if case .map(var variables)? = keys["packer_user_variables"] {
            // Packer 1.6.6 adds a variable without a name.
            variables[""] = nil
            keys["packer_user_variables"] = .map(variables.filter { $0.value != .null })
        }
        self = try Self.decode(.map(keys))
    }

    /// Whether a key of a configuration is the core's and no option.
    public static func holds(_ key: String) -> Bool { key.hasPrefix("packer_") }
}
