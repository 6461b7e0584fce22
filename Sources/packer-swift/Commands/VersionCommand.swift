import ArgumentParser
import Build
import Console

/// `packer-swift version`, also `-v` and `--version`.
struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Print the version."
    )

    @Flag(help: "Print events for machines instead of text.")
    var machineReadable = false

    func run() async throws {
        await ProgramVersion.print(on: StandardScreen.make(isMachineReadable: machineReadable))
    }
}
