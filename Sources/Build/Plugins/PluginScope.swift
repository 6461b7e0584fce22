internal import Communicator
package import Console
package import PluginHost
internal import Interpolation
internal import Logging
internal import Processes

/// The plugins of one run of a command: looked for before it, ended after it.
package struct PluginScope: Sendable {
    /// Starts them.
    package let runner: PluginRunner
    /// What the templates of the run can name.
    package let registry: ComponentRegistry

    /// Looks for plugins; says what the user should know of them on the screen.
    ///
    /// - Parameters:
    ///   - options: What the user says about plugins.
    ///   - registry: What is known without them.
    ///   - screen: Where warnings are said.
    /// - Throws: `CancellationError`.
    package init(
        _ options: PluginOptions,
        adding registry: ComponentRegistry = ComponentRegistry(),
        on screen: Screen
    ) async throws {
        let logger = Logger(label: "packer-swift.plugin")
        let catalog = try await Self.search(options).catalog()
        let ui = ConsoleInterface(screen)
        for rejected in catalog.rejected {
            logger.warning("\(rejected.refusal)")
            if rejected.isNews { await ui.say("Warning: \(rejected.refusal)") }
        }
        for shadowed in catalog.shadowed {
            logger.info("plugin \(shadowed.plugin.path) is not used: \(shadowed.other.path) is")
        }
        runner = PluginRunner(
            catalog,
            policy: options.policy,
            log: { logger.info("\($0)") },
            warn: { text in
                logger.warning("\(text)")
                await ui.say("Warning: \(text)")
            }
        )
        var registry = registry
        registry.source = PluginSource(
            runner,
            isolating: options.isolatesBuiltIns ? registry.names : [:]
        )
        self.registry = registry
    }

    /// Where plugins are looked for.
    package static func search(_ options: PluginOptions) -> PluginSearch {
        let environment = ProcessEnvironment.variables
        return PluginSearch(
            PluginPlace.standard(
                commandLine: options.folders,
                environment: environment,
                program: OwnProgram.path,
                isFolder: { (try? FileStatus.of(BytePath($0)))?.kind == .directory }
            ),
            workingDirectory: currentDirectory()
        )
    }

    /// Ends every plugin that was started.
    package func end() async { await runner.end() }
}
