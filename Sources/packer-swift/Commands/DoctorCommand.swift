import ArgumentParser
import Build
import Console

/// `packer-swift doctor`.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Tell what this machine and its libraries can do."
    )

    @Flag(help: "Print events for machines instead of text.")
    var machineReadable = false

    func run() async throws {
        let screen = StandardScreen.make(isMachineReadable: machineReadable)
        guard await Diagnosis.current().print(on: screen) else { throw ExitCode.failure }
    }
}
