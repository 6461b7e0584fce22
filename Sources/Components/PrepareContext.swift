public import Configuration
public import Interpolation

/// What the core tells a component when it prepares it; Packer's `packer_*` keys.
public struct PrepareContext: Sendable {
    /// The build's name; `PACKER_BUILD_NAME` on the machine.
    public var buildName: String
    /// The builder's type; `PACKER_BUILDER_TYPE` on the machine.
    public var builderType: String
    /// Absolute directory of the template, for `{{template_dir}}`.
    public var templateDirectory: String?
    /// The template's file as the user named it, or `nil` when it has none.
    public var templatePath: String?
    /// User variables, for `{{user "x"}}`.
    public var userVariables: [String: String]
    /// The core's version, for `{{packer_version}}`; empty where the core does not say.
    public var packerVersion: String
    /// The names that `{{build "Name"}}` will know when the build runs.
    public var buildKeys: [String]
    /// Whether the build pauses between steps; Packer's `-debug`.
    public var isDebugging: Bool
    /// Whether the builder may replace what an earlier build made; Packer's `-force`.
    public var isForced: Bool
    /// What becomes of the machine when a step fails.
    public var onError: OnError
    /// The moment that all clock functions of the build show.
    public var time: UTCTime
    /// Whether ``UserInterface/ask(_:isSecret:)`` will find somebody while the build runs.
    public var canAsk: Bool
    /// What all builds of the run share; the same in all their contexts.
    public var run: RunScope

    /// A context made of its parts.
    public init(
        buildName: String = "",
        builderType: String = "",
        templateDirectory: String? = nil,
        templatePath: String? = nil,
        userVariables: [String: String] = [:],
        packerVersion: String = PackerVersion.compatible,
        buildKeys: [String] = InterpolationContext.standardBuildKeys,
        isDebugging: Bool = false,
        isForced: Bool = false,
        onError: OnError = .cleanUp,
        time: UTCTime = .processStart,
        canAsk: Bool = false,
        run: RunScope = RunScope()
    ) {
        self.buildName = buildName
        self.builderType = builderType
        self.templateDirectory = templateDirectory
        self.templatePath = templatePath
        self.userVariables = userVariables
        self.packerVersion = packerVersion
        self.buildKeys = buildKeys
        self.isDebugging = isDebugging
        self.isForced = isForced
        self.onError = onError
        self.time = time
        self.canAsk = canAsk
        self.run = run
    }

    /// A context of what a core said when it had a plugin's component prepared.
    ///
    /// - Parameters:
    ///   - configuration: What the core sent. The template's directory is absolute by this process's
    ///     working directory, which a plugin shares with its core.
    ///   - canAsk: Whether the core's person can be asked; the core does not say.
    ///   - run: What the components of this process share.
    public init(
        _ configuration: ComponentConfiguration,
        canAsk: Bool = false,
        run: RunScope = RunScope()
    ) {
        let keys = configuration.packer
        self.init(
            buildName: keys.buildName,
            builderType: keys.builderType,
            templateDirectory: keys.templatePath.isEmpty
                ? nil : absoluteDirectory(of: keys.templatePath),
            templatePath: keys.templatePath.isEmpty ? nil : keys.templatePath,
            userVariables: keys.userVariables,
            packerVersion: keys.coreVersion,
            buildKeys: configuration.buildKeys ?? InterpolationContext.standardBuildKeys,
            isDebugging: keys.isDebugging,
            isForced: keys.isForced,
            onError: keys.onError,
            canAsk: canAsk,
            run: run
        )
    }

    /// Decodes a component's options, its texts rendered for prepare time.
    ///
    /// - Parameters:
    ///   - type: The block of options.
    ///   - raw: What the template says.
    ///   - check: Rules between options that need more than the options themselves; called when
    ///     every single option is right, after the block's own `check()`.
    /// - Returns: The options, with defaults where the template sets nothing.
    /// - Throws: `ConfigurationErrors` with everything that is wrong.
    public func decode<Block: ConfigurationBlock>(
        _ type: Block.Type = Block.self,
        from raw: ConfigurationValue,
        check: (Block) -> [ConfigurationProblem] = { _ in [] }
    ) throws -> Block {
        try Block.decode(raw, rendering: { try render($0) }, check: check)
    }

    /// A text as it is known before the build: `{{build "Host"}}` stays in it for ``render(_:data:extra:)``
    /// at run time.
    ///
    /// - Returns: The rendered text.
    /// - Throws: `InterpolationError`.
    public func render(_ text: String) throws -> String {
        try TemplateText(text).render(with: interpolation)
    }

    /// What a text can ask for before the build.
    public var interpolation: InterpolationContext {
        var context = InterpolationContext(
            userVariables: userVariables,
            buildName: buildName,
            buildType: builderType,
            templateDirectory: templateDirectory
        )
        context.packerVersion = packerVersion
        context.buildKeys = buildKeys
        context.time = time
        return context
    }

    /// What a text can ask for while the build runs.
    ///
    /// - Parameters:
    ///   - data: What the builder found out, for `{{build "Host"}}` and `{{.Host}}`.
    ///   - extra: More names behind the dot, such as `Vars` and `Path`; they win.
    /// - Returns: The context to render with.
    public func interpolation(
        data: GeneratedData,
        extra: [String: String] = [:]
    ) -> InterpolationContext {
        var context = interpolation
        context.build = data.values
        context.data = data.values.merging(extra.mapValues { .string($0) }) { $1 }
        return context
    }

    /// A text as it is known while the build runs.
    ///
    /// - Returns: The rendered text.
    /// - Throws: `InterpolationError`.
    public func render(
        _ text: String,
        data: GeneratedData,
        extra: [String: String] = [:]
    ) throws -> String {
        try TemplateText(text).render(with: interpolation(data: data, extra: extra))
    }

    /// Whether a text that ``render(_:)`` gave waits for what the builder finds out.
    package static func isDeferred(_ text: String) -> Bool {
        text.contains("{{") && text.contains("build")
    }

    /// An option's text with what it waited for, such as `{{build "ID"}}`; for use while the build runs.
    ///
    /// ``decode(_:from:check:)`` and ``render(_:)`` leave such a text as it is. Any other one is
    /// complete already and comes back unchanged, also where a value in it looks like a template: use
    /// ``render(_:data:extra:)`` for options that are declared `interpolated: false`.
    ///
    /// - Parameters:
    ///   - text: What the option says.
    ///   - data: What the builder found out.
    /// - Returns: The text as it is known while the build runs.
    /// - Throws: `InterpolationError`.
    public func completed(_ text: String, data: GeneratedData) throws -> String {
        Self.isDeferred(text) ? try render(text, data: data) : text
    }
}
