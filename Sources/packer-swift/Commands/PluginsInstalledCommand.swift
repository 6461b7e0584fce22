import ArgumentParser
import Build
import Console
import PluginHost

/// `packer-swift plugins installed`.
struct PluginsInstalledCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "installed",
        abstract: "Say which plugins there are, and which are not used and why.",
        discussion: "The paths of those that are used come first, a line each; nothing is run."
    )

    @OptionGroup(title: "Plugins") var plugins: PluginArguments

    @Flag(help: "Print events for machines instead of text.")
    var machineReadable = false

    func run() async throws {
        let options = try plugins.options
        try await PluginsOutput.run(isMachineReadable: machineReadable) { output in
            let catalog = try await PluginScope.search(options).catalog()
            for plugin in catalog.found { await output.found(plugin) }
            for shadowed in catalog.shadowed { await output.shadowed(shadowed) }
            for rejected in catalog.rejected { await output.rejected(rejected) }
            return true
        }
    }
}
