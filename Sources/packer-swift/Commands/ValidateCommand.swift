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

    @Flag(help: "Print events for machines instead of text.")
    var machineReadable = false

    @Flag(help: "Check only that the file can be read as a template.")
    var syntaxOnly = false

    func run() async throws {
        let screen = StandardScreen.make(isMachineReadable: machineReadable)
        guard await arguments.request.validate(syntaxOnly: syntaxOnly, on: screen) else {
            throw ExitCode.failure
        }
    }
}
