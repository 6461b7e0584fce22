package import Components
internal import Configuration
package import PluginHost
internal import Processes

/// The components of plugins, started when a template names them, each in a process of its own.
package struct PluginSource: ComponentSource {
    private let runner: PluginRunner
    /// The names of built-in components that run in processes of their own; empty for none.
    private let isolated: [PluginKind: Set<String>]

    /// The components of a runner's plugins.
    ///
    /// - Parameters:
    ///   - runner: Starts them, and is ended by the caller.
    ///   - isolated: The built-in components that are started as plugins are.
    package init(_ runner: PluginRunner, isolating isolated: [PluginKind: Set<String>] = [:]) {
        self.runner = runner
        self.isolated = isolated
    }

    /// A builder in a plugin.
    package func builder(
        _ name: String
    ) async throws -> ComponentRegistry.Factory<any RunnableBuilder>? {
        guard let start = try await start(.builder, name) else { return nil }
        return { options, context in
            try await PluginBuilder.prepare(options, in: context, by: start())
        }
    }

    /// A provisioner in a plugin.
    package func provisioner(
        _ name: String
    ) async throws -> ComponentRegistry.Factory<any RunnableProvisioner>? {
        guard let start = try await start(.provisioner, name) else { return nil }
        return { options, context in
            try await PluginProvisioner.prepare(options, in: context, by: start())
        }
    }

    /// A post-processor in a plugin.
    package func postProcessor(
        _ name: String
    ) async throws -> ComponentRegistry.Factory<any RunnablePostProcessor>? {
        guard let start = try await start(.postProcessor, name) else { return nil }
        return { options, context in
            try await PluginPostProcessor.prepare(options, in: context, by: start())
        }
    }

    /// The names of single components; the components of others are known to them alone.
    package func names(of kind: PluginKind) -> [String] {
        runner.catalog.found.compactMap { plugin in
            guard case .component(kind.rawValue, let name) = plugin.content else { return nil }
            return name
        }
    }

    /// How the component is started, or `nil` where no plugin has it.
    private func start(
        _ kind: PluginKind,
        _ name: String
    ) async throws -> (@Sendable () async throws -> RunningPlugin)? {
        let runner = runner
        if let component = try await runner.component(kind, named: name) {
            return { try await runner.start(component) }
        }
        guard isolated[kind]?.contains(name) == true else { return nil }
        return { try await Self.startBuiltIn(kind, name, by: runner) }
    }

    /// Starts this program again, as Packer starts itself for its own components.
    private static func startBuiltIn(
        _ kind: PluginKind,
        _ name: String,
        by runner: PluginRunner
    ) async throws -> RunningPlugin {
        let component = "packer-\(kind.rawValue)-\(name)"
        return try await runner.start(
            ProcessSpecification(OwnProgram.executable, ["execute", component]),
            as: PluginIdentity(
                name: component,
                path: OwnProgram.path ?? OwnProgram.executable,
                version: ProgramVersion.number
            ),
            environmentName: "packer-swift"
        )
    }
}
