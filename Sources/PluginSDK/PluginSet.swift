public import Components
internal import Configuration
internal import PackerRPC

/// The components of a plugin: a program that Packer starts, and that serves what it registers.
///
/// ```swift
/// @main struct MyPlugin {
///     static func main() async {
///         var plugin = PluginSet(name: "my", version: "1.0.0")
///         plugin.register(provisioner: MyProvisioner.self, as: "greet")
///         await plugin.run()
///     }
/// }
/// ```
/// Built as `packer-plugin-my`, the provisioner is `my-greet` in a template, for every Packer since
/// 1.6.6 (see `docs/PLUGIN.md`). Linked as `packer-provisioner-my-greet` it is that one component.
///
/// **Output.** The standard output belongs to Packer: while a component is served, what the program
/// prints goes to its standard error, which is Packer's log.
///
/// **Signals.** Interrupt, termination and the end of the terminal are Packer's to handle: the process
/// notes and ignores them, and is told by a call when to cancel. It ends with the connection to its
/// host.
public struct PluginSet: Sendable {
    /// The plugin's name, which stands before its components' in a template.
    public let name: String
    /// The plugin's version, as in `1.0.0` or `1.0.1-dev`.
    public let version: String

    /// A component that was registered.
    struct Registered: Sendable {
        /// Its options.
        let fields: @Sendable () -> [FieldSpecification]
        /// Makes it.
        let make: @Sendable (ConfigurationWire) -> PluginSession.Component
    }
    private var components: [ComponentKind: [String: Registered]] = [:]

    /// The name of a component that has the plugin's own name in templates; of Packer since 1.7.
    public static let defaultName = "-packer-default-plugin-name-"

    /// A plugin without components.
    ///
    /// - Parameters:
    ///   - name: As in `packer-plugin-NAME`.
    ///   - version: A semantic version without `v`.
    public init(name: String, version: String) {
        self.name = name
        self.version = version
    }

    /// Adds a provisioner.
    ///
    /// - Parameters:
    ///   - component: Its type.
    ///   - name: Its name without the plugin's.
    /// - Precondition: The name is a component's, and no other provisioner has it.
    public mutating func register<Component: Provisioner>(
        provisioner component: Component.Type,
        as name: String = defaultName
    ) {
        let registered = Registered(fields: { Component.fields }) {
            .provisioner(ProvisionerAdapter<Component>($0))
        }
        add(.provisioner, name, registered)
    }

    /// Adds a builder; as ``register(provisioner:as:)``.
    public mutating func register<Component: Builder>(
        builder component: Component.Type,
        as name: String = defaultName
    ) {
        let registered = Registered(fields: { Component.fields }) {
            .builder(BuilderAdapter<Component>($0))
        }
        add(.builder, name, registered)
    }

    /// Adds a post-processor; as ``register(provisioner:as:)``.
    public mutating func register<Component: PostProcessor>(
        postProcessor component: Component.Type,
        as name: String = defaultName
    ) {
        let registered = Registered(fields: { Component.fields }) {
            .postProcessor(PostProcessorAdapter<Component>($0))
        }
        add(.postProcessor, name, registered)
    }

    /// Adds a data source; as ``register(provisioner:as:)``.
    public mutating func register<Component: DataSource>(
        dataSource component: Component.Type,
        as name: String = defaultName
    ) {
        let registered = Registered(fields: { Component.fields }) {
            .dataSource(DataSourceAdapter<Component>($0))
        }
        add(.dataSource, name, registered)
    }

    private mutating func add(
        _ kind: ComponentKind,
        _ name: String,
        _ component: Registered
    ) {
        precondition(
            name == Self.defaultName || Self.isComponentName(name),
            "\"\(name)\" is no name of a component: use a-z, 0-9, . _ and -, and a letter first"
        )
        precondition(
            components[kind]?[name] == nil,
            "the \(kind.rawValue) \"\(name)\" is registered twice"
        )
        components[kind, default: [:]][name] = component
    }

    private static func isComponentName(_ name: String) -> Bool {
        let letters = name.utf8
        guard let first = letters.first, (0x61...0x7A).contains(first), letters.count <= 64 else {
            return false
        }
        return letters.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || "._-".utf8.contains($0)
        }
    }

    /// Does what the process was started for, and ends it.
    public func run() async -> Never {
        await PluginProcess.run(self)
    }

    // MARK: For the process

    /// The names of the components of a kind, in order.
    func names(of kind: ComponentKind) -> [String] {
        components[kind].map { $0.keys.sorted() } ?? []
    }

    /// The component that Packer asks for; also by its name in templates.
    func component(
        _ kind: ComponentKind,
        _ name: String
    ) throws(PluginInvocation.Refusal) -> Registered {
        let known = components[kind] ?? [:]
        if let component = known[name] { return component }
        if name == self.name, let component = known[Self.defaultName] { return component }
        if name.hasPrefix("\(self.name)-"),
            let component = known[String(name.dropFirst(self.name.count + 1))]
        {
            return component
        }
        let there = names(of: kind).joined(separator: ", ")
        throw PluginInvocation.Refusal(
            description: "there is no \(kind.rawValue) \"\(name)\" in this plugin; there are: "
                + (there.isEmpty ? "none" : there)
        )
    }
}
