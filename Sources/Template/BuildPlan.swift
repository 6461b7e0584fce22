public import Configuration

/// What a template comes to once variables and selection are known: builds as plain values.
public struct BuildPlan: Sendable {
    /// The builds, in the order of the file.
    public var builds: [Build]
    /// The user variables with their values.
    public var userVariables: [String: String]
    /// Values that must not be shown: those of `sensitive-variables`, empty ones left out.
    public var sensitiveValues: [String]
    /// Things the user should know that are not errors.
    public var warnings: [String]
    /// Absolute directory of the template, for `{{template_dir}}`, or `nil`.
    public var templateDirectory: String?
    /// Where everything stands.
    public var sourceMap: SourceMap

    /// One builder and what is done with its machine.
    public struct Build: Sendable, Equatable {
        /// The build's name.
        public var name: String
        /// The builder's type.
        public var type: String
        /// The builder's options, not rendered.
        public var configuration: ConfigurationValue
        /// Where the builder stands; under this path problems of its options are located.
        public var path: ConfigurationPath
        /// What is done with the machine, in this order.
        public var provisioners: [Provisioner]
        /// What is done with what the builder made: chains, in this order.
        public var postProcessors: [[PostProcessor]]
    }

    /// One provisioner of one build.
    public struct Provisioner: Sendable, Equatable {
        /// Its type.
        public var type: String
        /// Its options for this build, overrides included; not rendered.
        public var configuration: ConfigurationValue
        /// How long to wait before it starts.
        public var pauseBefore: Duration
        /// How long one attempt may take; `nil` is as long as it takes.
        public var timeout: Duration?
        /// How often to try again after a failure.
        public var maxRetries: Int
        /// Where it stands.
        public var path: ConfigurationPath
        /// Where the build's overrides stand, or `nil` when it has none.
        public var overridePath: ConfigurationPath?
    }

    /// One post-processor of one build.
    public struct PostProcessor: Sendable, Equatable {
        /// Its name; its type where the template gives it none.
        public var name: String
        /// Its type.
        public var type: String
        /// Its options; not rendered.
        public var configuration: ConfigurationValue
        /// Whether what it is given is kept; `nil` where the template leaves that to it.
        public var keepsInput: Bool?
        /// Where it stands.
        public var path: ConfigurationPath
    }
}

extension BuildPlan {
    /// Problems of a builder's options with their places in the template.
    ///
    /// - Returns: The same problems, to be shown to the user.
    public func locate(_ errors: ConfigurationErrors, in build: Build) -> TemplateErrors {
        sourceMap.locate(errors, under: build.path)
    }

    /// Problems of a post-processor's options with their places in the template.
    ///
    /// - Returns: The same problems, to be shown to the user.
    public func locate(
        _ errors: ConfigurationErrors,
        in postProcessor: PostProcessor
    ) -> TemplateErrors {
        sourceMap.locate(errors, under: postProcessor.path)
    }

    /// Problems of a provisioner's options with their places in the template; those of an
    /// overridden option are placed at the override.
    ///
    /// - Returns: The same problems, to be shown to the user.
    public func locate(
        _ errors: ConfigurationErrors,
        in provisioner: Provisioner
    ) -> TemplateErrors {
        TemplateErrors(
            errors.problems.map { problem in
                var problem = problem
                problem.path = path(of: problem.path, in: provisioner)
                return sourceMap.locate(problem)
            }
        )
    }

    private func path(
        of option: ConfigurationPath,
        in provisioner: Provisioner
    ) -> ConfigurationPath {
        guard let overridePath = provisioner.overridePath, !option.steps.isEmpty else {
            return option.under(provisioner.path)
        }
        // The override holds the option if it has the option's key, or, in a map that is laid over
        // another, the key within.
        let inOverride = option.under(overridePath)
        let deepest = ConfigurationPath(Array(option.steps.prefix(2))).under(overridePath)
        return sourceMap.contains(deepest) ? inOverride : option.under(provisioner.path)
    }
}
