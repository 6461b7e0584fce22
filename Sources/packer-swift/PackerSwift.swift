import ArgumentParser
import Console

/// The program: Packer's command line over this package's libraries.
@main
struct PackerSwift: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "packer-swift",
        abstract: "Builds machine images from Packer templates, over SSH or on this machine.",
        discussion: """
            Flags are written as for Packer: -var name=value, -color=false, -only=a,b; one dash or \
            two.

            PACKER_LOG=1 logs to standard error, PACKER_LOG_PATH=FILE to a file; PACKER_NO_COLOR \
            and NO_COLOR turn colours off.
            """,
        subcommands: [
            BuildCommand.self, ValidateCommand.self, DoctorCommand.self, VersionCommand.self,
        ]
    )

    /// Concurrent from the first line: whatever ran on the main actor would make every call of
    /// another actor hop between threads.
    @concurrent
    static func main() async {
        Signals.surviveClosedPipes()
        LogOutput.bootstrap()
        do {
            let arguments = try CommandLineArguments.normalize(
                Array(CommandLine.arguments.dropFirst()),
                commands: CommandFlags.all
            )
            var command = try parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            endProgram(withStatus: 0)
        } catch let error as GoFlagError {
            complain("\(error)")
        } catch {
            finish(with: error)
        }
    }

    /// Ends the program with Packer's exit codes: 0 for asked-for help, 1 for everything else.
    private static func finish(with error: any Error) -> Never {
        let isClean = exitCode(for: error).isSuccess
        let text = fullMessage(for: error)
        if !text.isEmpty {
            let file = isClean ? OutputFile.standardOutput : .standardError
            try? file.write(Array((text + "\n").utf8))
        }
        endProgram(withStatus: isClean && CommandLine.arguments.count > 1 ? 0 : 1)
    }

    private static func complain(_ text: String) -> Never {
        let hint = "\nRun packer-swift -help, or packer-swift COMMAND -help, for what there is.\n"
        try? OutputFile.standardError.write(Array((text + hint).utf8))
        endProgram(withStatus: 1)
    }
}
