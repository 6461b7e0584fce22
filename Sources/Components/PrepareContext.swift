/// What the core tells a component when it prepares it; Packer's `packer_*` keys.
public struct PrepareContext: Sendable {
    /// The build's name; `PACKER_BUILD_NAME` on the machine.
    public var buildName: String
    /// The builder's type; `PACKER_BUILDER_TYPE` on the machine.
    public var builderType: String
    /// Directory of the template, for `{{template_dir}}`.
    public var templateDirectory: String?
    /// User variables, for `{{user "x"}}`.
    public var userVariables: [String: String]

    /// A context made of its parts.
    public init(
        buildName: String = "",
        builderType: String = "",
        templateDirectory: String? = nil,
        userVariables: [String: String] = [:]
    ) {
        self.buildName = buildName
        self.builderType = builderType
        self.templateDirectory = templateDirectory
        self.userVariables = userVariables
    }
}
