import ArgumentParser
import Build
import Console
import PluginHost

/// `packer-swift plugins describe`.
struct PluginsDescribeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract:
            "Say what plugins have: their versions and components, and with -schema all options.",
        discussion: """
            Every plugin is verified as for a build and run to say what it has; with -schema each of \
            its components is started. Exit status: 0 when all have answered, 1 when one has not.
            """
    )

    @OptionGroup(title: "Plugins") var plugins: PluginArguments

    @Argument(help: "The path of a plugin, or its name; all that are found when there is none.")
    var names: [String] = []

    @Flag(help: "Say the options of every component, with their types.")
    var schema = false

    @Flag(help: "Print events for machines instead of text.")
    var machineReadable = false

    func run() async throws {
        let options = try plugins.options
        try await PluginsOutput.run(isMachineReadable: machineReadable) { output in
            let scope = try await PluginScope(options, on: output.screen)
            let isComplete = await describe(scope.runner, output)
            await scope.end()
            return isComplete
        }
    }

    private func describe(_ runner: PluginRunner, _ output: PluginsOutput) async -> Bool {
        var isComplete = true
        for name in names where !runner.catalog.found.contains(where: { $0.isCalled(name) }) {
            await output.complain("no plugin \(name) is found; `plugins installed` says which are")
            isComplete = false
        }
        for plugin in runner.catalog.found
        where names.isEmpty || names.contains(where: plugin.isCalled) {
            do {
                let components = try await runner.components(of: plugin)
                await output.described(plugin, components)
                guard schema else { continue }
                for component in components {
                    let specification = try await runner.specification(of: component)
                    await output.schema(of: component, specification)
                }
            } catch {
                await output.complain("\(error)")
                isComplete = false
                if error is CancellationError { return false }
            }
        }
        return isComplete
    }
}

extension FoundPlugin {
    /// Whether a user means it by its path, its file's name, or its name in templates.
    fileprivate func isCalled(_ text: String) -> Bool {
        if path == text || path.hasSuffix("/\(text)") { return true }
        switch content {
        case .component(_, let name): return name == text
        case .set(let name): return name == text
        }
    }
}
