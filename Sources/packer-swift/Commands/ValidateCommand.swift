import ArgumentParser
import Build
import Console

/// `packer-swift validate`.
struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check a template without reaching any machine."
    )

    @OptionGroup var arguments: TemplateArguments

    @OptionGroup(title: "Plugins") var plugins: PluginArguments

    @Flag(help: "Print events for machines instead of text.")
    var machineReadable = false

    @Flag(help: "Check only that the file can be read as a template.")
    var syntaxOnly = false

    func run() async throws {
        let screen = StandardScreen.make(isMachineReadable: machineReadable)
        let isValid = await arguments.request.validate(
            syntaxOnly: syntaxOnly,
            on: screen,
            plugins: try plugins.options
        )
        guard isValid else { throw ExitCode.failure }
    }
}
