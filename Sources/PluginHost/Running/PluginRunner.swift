internal import Deadlines
package import PackerRPC
internal import PluginDiscovery
package import Processes

/// Starts the components of plugins, each in a process of its own, and ends them all.
///
/// ```swift
/// let runner = PluginRunner(catalog, policy: policy, log: { logger.info("\($0)") })
/// if let component = try await runner.component(.provisioner, named: "shell") {
///     let plugin = try await runner.start(component)
/// }
/// await runner.end()
/// ```
/// A plugin's file is verified once, and that file is asked what it has and started as often as it is
/// needed (``VerifiedProgram``). Only plugins whose names fit what is asked for are run.
///
/// **Ownership.** ``end()`` ends every plugin that was started, and must be called.
package actor PluginRunner {
    /// What is there.
    package nonisolated let catalog: PluginCatalog
    private let policy: PluginPolicy
    private let log: @Sendable (String) -> Void
    private let warn: @Sendable (String) async -> Void

    private var programs: [String: Task<VerifiedProgram, any Error>] = [:]
    private var descriptions: [String: Task<PluginDescription, any Error>] = [:]
    private var copies: Task<PluginWatcher, any Error>?
    private var running: [RunningPlugin] = []
    private var hasEnded = false

    /// A runner of the plugins that were found.
    ///
    /// - Parameters:
    ///   - catalog: Those that may be run.
    ///   - policy: What is asked of them.
    ///   - log: Takes what plugins say, line by line, and what is done with them.
    ///   - warn: Takes what the user should know; once for each plugin.
    package init(
        _ catalog: PluginCatalog,
        policy: PluginPolicy = PluginPolicy(),
        log: @escaping @Sendable (String) -> Void,
        warn: @escaping @Sendable (String) async -> Void
    ) {
        self.catalog = catalog
        self.policy = policy
        self.log = log
        self.warn = warn
    }

    /// Whether plugins that can are to say their options as protobuf.
    var usesProtobuf: Bool { policy.usesProtobuf }

    // MARK: Finding

    /// The component of a kind with a name of templates, or `nil` when no plugin has it.
    ///
    /// - Throws: ``Refused`` when the plugin that should have it may not be run, or cannot say what it has;
    ///   `CancellationError`.
    package func component(
        _ kind: PluginKind,
        named name: String
    ) async throws -> PluginComponent? {
        if let plugin = catalog.component(kind: kind.rawValue, name: name) {
            return PluginComponent(
                kind: kind,
                plugin: plugin,
                name: nil,
                description: nil,
                usesProtobuf: false
            )
        }
        for (plugin, component) in catalog.sets(for: name) {
            let description = try await describe(plugin)
            let component = component ?? PluginDescription.defaultName
            guard description.names(of: kind).contains(component) else { continue }
            return PluginComponent(
                kind: kind,
                plugin: plugin,
                name: component,
                description: description,
                usesProtobuf: policy.usesProtobuf && description.canSpeakProtobuf
            )
        }
        return nil
    }

    /// What a plugin with several components has, as it says when it is run for that.
    ///
    /// - Throws: ``Refused``; `CancellationError`.
    package func describe(_ plugin: FoundPlugin) async throws -> PluginDescription {
        let task =
            descriptions[plugin.path]
            ?? Task {
                let program = try await program(plugin)
                let asked = PluginProgram(
                    running: try program.specification([]),
                    limit: policy.describeTime
                )
                switch try await asked.describe() {
                case .described(let description):
                    try Self.check(description, of: plugin)
                    return description
                case .failed(let reason), .endless(let reason):
                    throw Self.silent(plugin, reason)
                case .notRun: throw Self.silent(plugin, "it was not run")
                }
            }
        descriptions[plugin.path] = task
        return try await cancelling(task)
    }

    private static func silent(_ plugin: FoundPlugin, _ reason: String) -> Refused {
        Refused(
            plugin.path,
            "it does not say what it has: \(reason)",
            remedy: "See that it is a plugin for Packer, and for this machine."
        )
    }

    /// What the file is called, and what is in it, must agree.
    private static func check(
        _ description: PluginDescription,
        of plugin: FoundPlugin
    ) throws {
        let remedy = "Install it anew; `packer-swift plugins lint` looks at the rest."
        if let version = plugin.version, PluginVersion(description.version) != version {
            throw Refused(
                plugin.path,
                "it says that it is version \(description.version), not \(version)",
                remedy: remedy
            )
        }
        guard let text = description.apiVersion else { return }
        guard let api = PluginAPIVersion(text), PluginAPIVersion.current.takes(api) else {
            throw Refused(
                plugin.path,
                "it has version \(text) of the API, and this host has \(PluginAPIVersion.current)",
                remedy: "Install a version of the plugin for \(PluginAPIVersion.current)."
            )
        }
        if let named = plugin.apiVersion, named != api {
            throw Refused(
                plugin.path,
                "it says that it has version \(api) of the API, not \(named)",
                remedy: remedy
            )
        }
    }

    // MARK: Starting

    /// Starts a component.
    ///
    /// - Throws: ``Refused``; ``PluginFailure``; `CancellationError`.
    package func start(_ component: PluginComponent) async throws -> RunningPlugin {
        let program = try await program(component.plugin)
        return try await start(
            program.specification(component.arguments),
            as: component.identity,
            environmentName: component.environmentName
        )
    }

    /// Starts a program that is trusted as it is, such as this one.
    ///
    /// - Throws: ``PluginFailure``; `CancellationError`.
    package func start(
        _ program: ProcessSpecification,
        as identity: PluginIdentity,
        environmentName: String
    ) async throws -> RunningPlugin {
        var launch = PluginLaunch(
            identity,
            program: program,
            environment: policy.environment.entries(
                for: environmentName,
                of: ProcessEnvironment.entries
            )
        )
        launch.limits = policy.limits
        launch.handshakeTime = policy.handshakeTime
        let log = log
        log("Starting plugin: \(identity)")
        let plugin = try await RunningPlugin.start(launch) { log("\(identity.name): \($0)") }
        guard !hasEnded else {
            await plugin.close()
            throw CancellationError()
        }
        running.append(plugin)
        return plugin
    }

    private func program(_ plugin: FoundPlugin) async throws -> VerifiedProgram {
        let task =
            programs[plugin.path]
            ?? Task {
                let place = try await copyFolder()
                let program = try await VerifiedProgram.open(
                    plugin.path,
                    plugin.requiresChecksum || policy.requiresChecksums
                        ? .checksum : .checksumIfPresent,
                    copyingTo: place.path,
                    signatures: policy.signatures
                )
                if !program.hasChecksum {
                    await warn(
                        "plugin \(plugin.path) has no checksum beside it; it is run as it is "
                            + "(SHA-256 \(program.checksum))"
                    )
                }
                return program
            }
        programs[plugin.path] = task
        return try await cancelling(task)
    }

    /// Where copies of scripts are, watched so that it is removed when this process is killed.
    private func copyFolder() async throws -> SocketFolder {
        let task = copies ?? Task { try await PluginWatcher.start() }
        copies = task
        return try await task.value.folder
    }

    /// What a task gives, which ends with the caller's.
    private func cancelling<Value: Sendable>(
        _ task: Task<Value, any Error>
    ) async throws -> Value {
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    // MARK: Ending

    /// Ends one plugin, which nobody needs any more.
    func end(_ plugin: RunningPlugin) async {
        await plugin.close()
        running.removeAll { $0 === plugin }
    }

    /// Ends every plugin, and gives up their files; what is started later ends at once.
    ///
    /// Takes as long as the slowest of them, four seconds at most.
    package func end() async {
        hasEnded = true
        await withTaskGroup(of: Void.self) { group in
            for plugin in running {
                group.addTask { await plugin.close() }
            }
        }
        running = []
        for program in programs.values {
            (try? await program.value)?.close()
        }
        programs = [:]
        if let watcher = try? await copies?.value { await watcher.finish(pluginWasWatched: false) }
        copies = nil
    }
}
