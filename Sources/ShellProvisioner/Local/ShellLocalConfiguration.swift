internal import Communicator
internal import Configuration

/// The options of the provisioner shell-local: Packer's names and defaults.
struct ShellLocalConfiguration: ConfigurationBlock {
    @Field(
        """
        Commands to run as one script, one an element. Rendered once more when it runs, with what \
        the builder knows of the machine.
        """
    )
    var inline: [String] = []

    @Field("One inline command; an older word for `inline`.")
    var command: String = ""

    @Field("A script to run; relative to the working directory. It is run where it lies.")
    var script: String = ""

    @Field("Scripts to run, in this order.")
    var scripts: [String] = []

    @Field("Exit codes that count as success. 128 + n accepts a signal.")
    var validExitCodes: [Int] = [0]

    @Field(
        """
        Environment variables as `KEY=VALUE`. The script has them in its environment, beside those \
        of this process.
        """
    )
    var environmentVars: [String] = []

    @Field("Environment variables by name; wins over `environment_vars`.")
    var env: [String: String] = [:]

    @Field(
        """
        How a variable is written for `{{.Vars}}`: `%s` for the name, `%s` for the value as it is \
        escaped for single quotes. The default is `%s='%s' `. Setting it makes `{{.Vars}} \
        {{.Script}}` of the default command's last word.
        """,
        check: VariableFormat.fault
    )
    var envVarFormat: String?

    @Field(
        """
        The program that runs the script, and its arguments, with no shell in between but the one \
        that is named here. `{{.Script}}`, also called `{{.Command}}`, is the script's path, quoted \
        where a shell reads it, and `{{.Vars}}` the variables as words (`A='1' B='2' `), which \
        other users of this machine can see in its process list; the environment has them in any \
        case. The default is `/bin/sh`, `-c`, `{{.Script}}`. A script of your own must be \
        executable for that.
        """,
        interpolated: false
    )
    var executeCommand: [String] = []

    @Field(
        """
        The interpreter of inline commands: their first line is `#!` and this, also when the \
        commands start with `#!`. An empty text is the default.
        """
    )
    var inlineShebang: String = "/bin/sh -e"

    @Field(
        """
        The systems on which to run, of `darwin`, `freebsd`, `linux`, `openbsd`, `solaris` and \
        `windows`; on others nothing is done. Empty for all.
        """
    )
    var onlyOn: [String] = []

    @Field(
        "The extension of the temporary script of inline commands, with or without a dot.",
        check: { text in
            guard text.utf8.contains(where: { $0 == 0x2F || $0 == 0 }) else { return nil }
            return "must be a part of a file's name, without `/`"
        }
    )
    var tempfileExtension: String = ""

    @Field("For Windows, where it makes `/mnt/c/x` of `C:/x`; on other systems an error.")
    var useLinuxPathing: Bool = false

    @Field(
        """
        How long a script that has ended may leave its output open, by a process in the \
        background, with nothing coming: then it is done, with a warning, and the process lives on.
        """,
        check: DurationRule.notNegative
    )
    var outputGrace: Duration = .seconds(10)
}

extension ShellLocalConfiguration {
    /// The inline commands; none for scripts.
    var inlineCommands: [String] { command.isEmpty ? inline : [command] }

    /// The template's variables; of two with one name the later one wins.
    var variables: [(name: String, value: String)] { variableOptions.variables }

    /// The scripts, in order; none for inline commands.
    var paths: [String] { scriptOptions.paths }

    /// The accepted codes; an empty list counts as not set, as in Packer.
    var acceptedCodes: [Int] { validExitCodes.isEmpty ? [0] : validExitCodes }

    /// The first line of inline commands.
    var shebang: String { "#!" + (inlineShebang.isEmpty ? "/bin/sh -e" : inlineShebang) }

    /// Whether this is one of the systems that the script is for.
    var isForThisSystem: Bool { onlyOn.isEmpty || onlyOn.contains(Self.thisSystem) }

    private var scriptOptions: ScriptOptions { ScriptOptions(script: script, scripts: scripts) }

    private var variableOptions: VariableOptions {
        VariableOptions(environmentVars: environmentVars, env: env)
    }

    /// This system, as Go calls it.
    static var thisSystem: String {
        #if os(macOS)
            "darwin"
        #elseif os(FreeBSD)
            "freebsd"
        #elseif os(OpenBSD)
            "openbsd"
        #else
            "linux"
        #endif
    }
}

// MARK: - Rules between options

extension ShellLocalConfiguration {
    private static let systems = ["darwin", "freebsd", "linux", "openbsd", "solaris", "windows"]

    func check() -> [ConfigurationProblem] {
        checkSystems() + checkKinds() + scriptOptions.check() + variableOptions.check()
            + checkCommand() + checkPathing()
    }

    private func checkSystems() -> [ConfigurationProblem] {
        onlyOn.enumerated().filter { !Self.systems.contains($1) }.map { number, name in
            ConfigurationProblem(
                "Invalid OS specified in only_on: '\(name)'\nSupported OS names: "
                    + Self.systems.joined(separator: ", "),
                at: ConfigurationPath().key("only_on").index(number)
            )
        }
    }

    private func checkKinds() -> [ConfigurationProblem] {
        let given = [!command.isEmpty, !inline.isEmpty, !script.isEmpty, !scripts.isEmpty]
        switch given.count(where: { $0 }) {
        case 0:
            return [
                ConfigurationProblem(
                    "Command, Inline, Script and Scripts options cannot all be empty.",
                    remedy: "Set inline, script or scripts."
                )
            ]
        case 1: return []
        default:
            return [
                ConfigurationProblem(
                    "You may only specify one of the following options: Command, Inline, Script or "
                        + "Scripts. Please consolidate these options in your config.",
                    remedy: "Use two shell-local provisioners."
                )
            ]
        }
    }

    private func checkCommand() -> [ConfigurationProblem] {
        guard executeCommand.first?.isEmpty == true else { return [] }
        return [
            ConfigurationProblem(
                "The first element of execute_command is empty, and it names the program.",
                at: ConfigurationPath().key("execute_command").index(0)
            )
        ]
    }

    private func checkPathing() -> [ConfigurationProblem] {
        guard useLinuxPathing else { return [] }
        let place = ConfigurationPath().key("use_linux_pathing")
        let remedy = "Leave out use_linux_pathing: it is for Windows."
        guard inlineCommands.isEmpty else {
            return [
                ConfigurationProblem(
                    "Packer is unable to use the Command and Inline features with the Windows "
                        + "Linux Subsystem. Please use the Script or Scripts options instead.",
                    at: place,
                    remedy: remedy
                )
            ]
        }
        return paths.map { path in
            ConfigurationProblem(
                "There was an error splitting your absolute path; expected to find a drive "
                    + "following the format ':/' but did not: absolute path: "
                    + "\(LocalScript.absolute(path)).",
                at: place,
                remedy: remedy
            )
        }
    }
}
