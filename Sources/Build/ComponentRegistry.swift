public import Components
public import Configuration
package import PluginHost

/// The components that templates can name, by the names they have there.
///
/// ```swift
/// var registry = ComponentRegistry.builtIn
/// registry.register(DockerBuilder.self, asBuilder: "docker")
/// ```
public struct ComponentRegistry: Sendable {
    /// Prepares a component of some type, here or in another process.
    ///
    /// Throws `ConfigurationErrors` for what is wrong with the options; anything else is shown as it is.
    public typealias Factory<Component: Sendable> =
        @Sendable (ConfigurationValue, PrepareContext) async throws -> Prepared<Component>

    private var builders: [String: Factory<any RunnableBuilder>] = [:]
    private var provisioners: [String: Factory<any RunnableProvisioner>] = [:]
    private var postProcessors: [String: Factory<any RunnablePostProcessor>] = [:]

    /// Where a name is looked for first: plugins come before what is registered under the same name.
    package var source: (any ComponentSource)?

    /// A registry that knows nothing.
    public init() {}

    /// Makes a builder known under a name; a later one of the same name replaces it.
    public mutating func register<B: Builder>(_ builder: B.Type, asBuilder name: String) {
        builders[name] = { configuration, context in
            let prepared = try B.prepare(configuration, in: context)
            return Prepared(
                prepared.component as any RunnableBuilder,
                warnings: prepared.warnings,
                generatedKeys: prepared.generatedKeys
            )
        }
    }

    /// Makes a provisioner known under a name; a later one of the same name replaces it.
    public mutating func register<P: Provisioner>(_ provisioner: P.Type, asProvisioner name: String)
    {
        provisioners[name] = { configuration, context in
            let prepared = try P.prepare(configuration, in: context)
            return Prepared(
                prepared.component as any RunnableProvisioner,
                warnings: prepared.warnings
            )
        }
    }

    /// Makes a post-processor known under a name; a later one of the same name replaces it.
    public mutating func register<P: PostProcessor>(
        _ postProcessor: P.Type,
        asPostProcessor name: String
    ) {
        postProcessors[name] = { configuration, context in
            let prepared = try P.prepare(configuration, in: context)
            return Prepared(
                prepared.component as any RunnablePostProcessor,
                warnings: prepared.warnings
            )
        }
    }

    /// Prepares the builder of this name.
    ///
    /// - Throws: `ConfigurationErrors`, also for an unknown name, then at the path `type`; what a
    ///   plugin fails for.
    func prepareBuilder(
        _ name: String,
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) async throws -> Prepared<any RunnableBuilder> {
        let plugin = try await source?.builder(name)
        let factory = try plugin ?? find(name, in: builders, kind: .builder)
        return try await factory(configuration, context)
    }

    /// Prepares the provisioner of this name.
    ///
    /// - Throws: As ``prepareBuilder(_:_:in:)``.
    func prepareProvisioner(
        _ name: String,
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) async throws -> Prepared<any RunnableProvisioner> {
        let plugin = try await source?.provisioner(name)
        let factory = try plugin ?? find(name, in: provisioners, kind: .provisioner)
        return try await factory(configuration, context)
    }

    /// Prepares the post-processor of this name.
    ///
    /// - Throws: As ``prepareBuilder(_:_:in:)``.
    func preparePostProcessor(
        _ name: String,
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) async throws -> Prepared<any RunnablePostProcessor> {
        let plugin = try await source?.postProcessor(name)
        let factory = try plugin ?? find(name, in: postProcessors, kind: .postProcessor)
        return try await factory(configuration, context)
    }

    /// The names of what is registered.
    package var names: [PluginKind: Set<String>] {
        [
            .builder: Set(builders.keys), .provisioner: Set(provisioners.keys),
            .postProcessor: Set(postProcessors.keys),
        ]
    }

    private func find<Component>(
        _ name: String,
        in factories: [String: Factory<Component>],
        kind: PluginKind
    ) throws -> Factory<Component> {
        if let factory = factories[name] { return factory }
        let known = Array(factories.keys) + (source?.names(of: kind) ?? [])
        throw ConfigurationErrors(
            "Unknown \(kind.rawValue) \(name)",
            at: ConfigurationPath().key("type"),
            remedy: Spelling.suggestion(for: name, among: known.sorted())
        )
    }
}
