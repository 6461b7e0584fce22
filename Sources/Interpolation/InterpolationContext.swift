public import Configuration

/// Everything that a template text can ask for.
///
/// At prepare time ``build`` is `nil` and `{{build "Host"}}` stays in the text; at run time a second
/// rendering fills it in.
public struct InterpolationContext: Sendable {
    /// What `{{.Name}}` finds; `nil` where there is nothing to find, so that the error can say so.
    public var data: [String: ConfigurationValue]?
    /// What the builder found out, for `{{build "Name"}}`; `nil` before the build.
    public var build: [String: ConfigurationValue]?
    /// The names that `{{build}}` will know at run time; anything else is refused at prepare time.
    public var buildKeys: [String]
    /// User variables, for `{{user "name"}}`.
    public var userVariables: [String: String]
    /// Whether `{{user}}` of a variable that nobody declared is an error; Packer makes it "".
    public var refusesUndeclaredVariables: Bool
    /// The process environment, for `{{env "NAME"}}`; `nil` where it is not allowed.
    public var environment: [String: String]?
    /// The build's name; empty outside a build.
    public var buildName: String
    /// The builder's type; empty outside a build.
    public var buildType: String
    /// Absolute directory of the template, for `{{template_dir}}`.
    public var templateDirectory: String?
    /// For `{{pwd}}`.
    public var workingDirectory: String
    /// For `{{packer_version}}`; empty where the core does not say.
    public var packerVersion: String
    /// For `{{timestamp}}`, `{{isotime}}` and `{{strftime}}`: one moment for a whole build.
    public var time: UTCTime
    /// For `{{uuid}}`.
    public var makeUUID: @Sendable () -> String
    /// For `{{clean_resource_name}}`: makes a name one that the component's cloud accepts; `nil`
    /// where there is no such function, as in Packer's core.
    public var cleanResourceName: (@Sendable (String) -> String)?

    /// A context of a process that starts now, in which nothing else is known.
    public init(
        data: [String: ConfigurationValue]? = nil,
        build: [String: ConfigurationValue]? = nil,
        userVariables: [String: String] = [:],
        environment: [String: String]? = nil,
        buildName: String = "",
        buildType: String = "",
        templateDirectory: String? = nil
    ) {
        self.data = data
        self.build = build
        self.buildKeys = Self.standardBuildKeys
        self.userVariables = userVariables
        self.refusesUndeclaredVariables = true
        self.environment = environment
        self.buildName = buildName
        self.buildType = buildType
        self.templateDirectory = templateDirectory
        self.workingDirectory = currentDirectory()
        self.packerVersion = PackerVersion.compatible
        self.time = .processStart
        self.makeUUID = { timeOrderedUUID() }
        self.cleanResourceName = nil
    }

    /// The names that every builder gives.
    public static let standardBuildKeys = [
        "ID", "Host", "Port", "User", "Password", "ConnType", "PackerRunUUID", "PackerHTTPIP",
        "PackerHTTPPort", "PackerHTTPAddr", "SSHPublicKey", "SSHPrivateKey", "WinRMPassword",
    ]
}

/// Which Packer this package keeps to.
public enum PackerVersion {
    /// The version whose behaviour it has: `{{packer_version}}`, and what `min_packer_version` of a
    /// template is held against.
    public static let compatible = "1.16.0"
}
