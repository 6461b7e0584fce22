public import Components
import Configuration

/// The components that templates can name, by the names they have there.
///
/// ```swift
/// var registry = ComponentRegistry.builtIn
/// registry.register(DockerBuilder.self, asBuilder: "docker")
/// ```
public struct ComponentRegistry: Sendable {
    typealias Factory<Component: Sendable> =
        @Sendable (ConfigurationValue, PrepareContext) throws -> Prepared<Component>

    private var builders: [String: Factory<any Builder>] = [:]
    private var provisioners: [String: Factory<any Provisioner>] = [:]

    /// A registry that knows nothing.
    public init() {}

    /// Makes a builder known under a name; a later one of the same name replaces it.
    public mutating func register<B: Builder>(_ builder: B.Type, asBuilder name: String) {
        builders[name] = { configuration, context in
            let prepared = try B.prepare(configuration, in: context)
            return Prepared(prepared.component as any Builder, warnings: prepared.warnings)
        }
    }

    /// Makes a provisioner known under a name; a later one of the same name replaces it.
    public mutating func register<P: Provisioner>(_ provisioner: P.Type, asProvisioner name: String)
    {
        provisioners[name] = { configuration, context in
            let prepared = try P.prepare(configuration, in: context)
            return Prepared(prepared.component as any Provisioner, warnings: prepared.warnings)
        }
    }

    /// Prepares the builder of this name.
    ///
    /// - Throws: `ConfigurationErrors`, also for an unknown name, then at the path `type`.
    func prepareBuilder(
        _ name: String,
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) throws -> Prepared<any Builder> {
        try Self.find(name, in: builders, kind: "builder")(configuration, context)
    }

    /// Prepares the provisioner of this name.
    ///
    /// - Throws: `ConfigurationErrors`, also for an unknown name, then at the path `type`.
    func prepareProvisioner(
        _ name: String,
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) throws -> Prepared<any Provisioner> {
        try Self.find(name, in: provisioners, kind: "provisioner")(configuration, context)
    }

    private static func find<Component>(
        _ name: String,
        in factories: [String: Factory<Component>],
        kind: String
    ) throws -> Factory<Component> {
        if let factory = factories[name] { return factory }
        throw ConfigurationErrors(
            "Unknown \(kind) \(name)",
            at: ConfigurationPath().key("type"),
            remedy: Spelling.suggestion(for: name, among: factories.keys.sorted())
        )
    }
}
