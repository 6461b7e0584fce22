import ArgumentParser
import Build
import Console
import PluginSDK

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
            BuildCommand.self, ValidateCommand.self, PluginsCommand.self, DoctorCommand.self,
            VersionCommand.self,
        ]
    )

    /// Concurrent from the first line: whatever ran on the main actor would make every call of
    /// another actor hop between threads.
    @concurrent
    static func main() async {
        // Started by itself, to be a plugin of its own: `execute packer-KIND-NAME`.
        if CommandLine.arguments.dropFirst().first == "execute" { await PluginSet.builtIn.run() }
        Signals.surviveClosedPipes()
        Signals.hearOfChildren()
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

    /// Ends the program with Packer's exit codes: 0 for asked-for help, 1 for everything else; and with
    /// the code that a command has given, or 2 where the arguments of `plugins lint` are wrong.
    private static func finish(with error: any Error) -> Never {
        if let code = error as? ExitCode { endProgram(withStatus: code.rawValue) }
        let isClean = exitCode(for: error).isSuccess
        let text = fullMessage(for: error)
        if !text.isEmpty {
            let file = isClean ? OutputFile.standardOutput : .standardError
            try? file.write(Array((text + "\n").utf8))
        }
        let isAsked = isClean && CommandLine.arguments.count > 1
        endProgram(withStatus: isAsked ? 0 : usageStatus)
    }

    /// A lint tells a defect from arguments that are wrong; Packer's commands have 1 for both.
    private static var usageStatus: Int32 {
        let command = CommandLine.arguments.dropFirst().first { !$0.hasPrefix("-") }
        return command == "plugins" ? PluginsLintCommand.usage.rawValue : 1
    }

    private static func complain(_ text: String) -> Never {
        let hint = "\nRun packer-swift -help, or packer-swift COMMAND -help, for what there is.\n"
        try? OutputFile.standardError.write(Array((text + hint).utf8))
        endProgram(withStatus: usageStatus)
    }
}
