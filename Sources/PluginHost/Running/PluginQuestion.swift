internal import PackerRPC
internal import PluginDiscovery
internal import Processes

/// The question what a plugin has, put to it in a process that is held like any other of a plugin.
struct PluginQuestion: Sendable {
    private let plugin: FoundPlugin
    private let policy: PluginPolicy
    private let warn: @Sendable (String) async -> Void

    init(
        _ plugin: FoundPlugin,
        policy: PluginPolicy,
        warn: @escaping @Sendable (String) async -> Void
    ) {
        self.plugin = plugin
        self.policy = policy
        self.warn = warn
    }

    /// What it has, as it says itself.
    ///
    /// - Throws: ``Refused``; `CancellationError`.
    func answer(of program: VerifiedProgram) async throws -> PluginDescription {
        let watcher: PluginWatcher
        do {
            watcher = try await .start(warn: warn)
        } catch {
            if error is CancellationError { throw error }
            throw Refused(
                plugin.path,
                "it cannot be asked what it has: \(error)",
                remedy: "Try again.",
                isFinal: false
            )
        }
        let state = LockedValue(PluginWatcher.Plugin.none)
        let result: Result<PluginFacts.Description, any Error>
        do {
            let asked = PluginProgram(
                running: try specification(program, in: watcher.folder),
                limit: policy.describeTime
            )
            result = .success(
                try await asked.describe { event in
                    switch event {
                    case .started(let child):
                        state.withLock { $0 = .left }
                        await watcher.watch(child)
                    case .ended(let isGone):
                        state.withLock { $0 = isGone ? .gone : .left }
                    }
                }
            )
        } catch {
            result = .failure(error)
        }
        await watcher.finish(state.withLock { $0 })
        switch try result.get() {
        case .described(let description):
            try check(description)
            return description
        case .failed(let reason), .endless(let reason): throw silent(reason)
        case .notRun: throw silent("it was not run")
        }
    }

    private func specification(
        _ program: VerifiedProgram,
        in folder: SocketFolder
    ) throws -> ProcessSpecification {
        var specification = try program.specification([])
        let mark = Array("TMPDIR=\(folder.path)".utf8)
        specification.environment = PluginCookie.without(
            policy.environment.entries(
                for: plugin.environmentName,
                of: ProcessEnvironment.entries
            ),
            adding: mark
        )
        specification.mark = mark
        specification.limits = policy.limits
        return specification
    }

    private func silent(_ reason: String) -> Refused {
        Refused(
            plugin.path,
            "it does not say what it has: \(reason)",
            remedy: "See that it is a plugin for Packer, and for this machine."
        )
    }

    /// What the file is called, and what is in it, must agree.
    private func check(_ description: PluginDescription) throws {
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
}
