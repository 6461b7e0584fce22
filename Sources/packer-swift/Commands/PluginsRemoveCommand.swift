import ArgumentParser
import Build
import Console
import PluginHost

/// `packer-swift plugins remove`.
struct PluginsRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove an installed plugin and its checksum.",
        discussion: """
            What is removed is said, a path a line. A plugin that runs goes on; a folder that becomes \
            empty stays.
            """
    )

    @OptionGroup(title: "Plugins") var plugins: PluginArguments

    @Argument(help: "The path of a plugin, or the address of its source: github.com/NAME/NAME.")
    var plugin: String

    @Argument(help: "Only this version.")
    var version: String?

    func run() async throws {
        let options = try plugins.options
        try await PluginsOutput.run(isMachineReadable: false) { output in
            let catalog = try await PluginScope.search(options).catalog()
            let removal = PluginRemoval(from: catalog)
            for plugin in try removal.plugins(plugin, version: version) {
                try await removal.remove(plugin)
                await output.removed(plugin)
            }
            return true
        }
    }
}
