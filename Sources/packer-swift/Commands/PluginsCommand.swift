import ArgumentParser

/// `packer-swift plugins`: what there is to do about plugins.
struct PluginsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugins",
        abstract: "Look after Packer's plugins.",
        subcommands: [
            PluginsInstalledCommand.self, PluginsDescribeCommand.self, PluginsRemoveCommand.self,
            PluginsLintCommand.self,
        ]
    )

    func run() async throws {
        throw ValidationError(
            "plugins is not a command by itself; there are plugins installed, describe, remove and lint."
        )
    }
}
