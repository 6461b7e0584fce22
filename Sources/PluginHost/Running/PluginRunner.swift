package import PackerRPC
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

    private let programs = SharedWork<String, VerifiedProgram> { $0.close() }
    private let descriptions = SharedWork<String, PluginDescription>()
    /// Where copies of scripts and signatures are.
    private let copies = SharedWork<String, PluginWatcher> { await $0.finish(.none) }
    private var starts: [UInt64: Task<RunningPlugin, any Error>] = [:]
    private var startCount: UInt64 = 0
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
        try await descriptions.value(for: plugin.path) { [self] in
            let question = PluginQuestion(plugin, policy: policy, warn: warn)
            return try await question.answer(of: program(plugin))
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
        guard !hasEnded else { throw CancellationError() }
        let task = Task { [launch, warn] in
            try await RunningPlugin.start(
                launch,
                log: { log("\(identity.name): \($0)") },
                warn: warn
            )
        }
        startCount += 1
        let number = startCount
        starts[number] = task
        defer { starts[number] = nil }
        let plugin = try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
        guard !hasEnded else {
            await plugin.close()
            throw CancellationError()
        }
        running.append(plugin)
        return plugin
    }

    private func program(_ plugin: FoundPlugin) async throws -> VerifiedProgram {
        try await programs.value(for: plugin.path) { [self] in
            let place = try await copies.value(for: "copies") { [warn] in
                // Watched, so that it is removed when this process is killed.
                try await PluginWatcher.start(warn: warn)
            }
            let program = try await VerifiedProgram.open(
                plugin.path,
                plugin.requiresChecksum || policy.requiresChecksums
                    ? .checksum : .checksumIfPresent,
                copyingTo: place.folder.path,
                signatures: policy.signatures
            )
            if !program.hasChecksum {
                await warn(
                    "plugin \(plugin.path) has no checksum beside it; it is run as it is "
                        + "(SHA-256 \(program.checksum))"
                )
            }
            if policy.signatures.demand != .never, !program.isSigned {
                await warn(
                    "plugin \(plugin.path) is not signed; it is run all the same, which "
                        + "-require-signatures refuses"
                )
            }
            return program
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
    /// Takes as long as the slowest of them: four seconds at most, as ``RunningPlugin/close()``, and for
    /// what is being started as long as it takes to give that up.
    package func end() async {
        hasEnded = true
        await withTaskGroup(of: Void.self) { group in
            for start in starts.values {
                start.cancel()
                group.addTask { await (try? start.value)?.close() }
            }
            for plugin in running {
                group.addTask { await plugin.close() }
            }
        }
        running = []
        _ = await descriptions.end()
        for program in await programs.end() { program.close() }
        for watcher in await copies.end() { await watcher.finish(.none) }
    }
}
