internal import Communicator
internal import Configuration

/// The options of the shell provisioner: Packer's names and defaults.
struct ShellConfiguration: ConfigurationBlock {
    @Field(
        """
        Commands to run as one script, one an element. Rendered once more when it runs, with what \
        the builder knows of the machine.
        """
    )
    var inline: [String] = []

    @Field("A local script to upload and run; relative to the working directory.")
    var script: String = ""

    @Field("Local scripts to upload and run, in this order.")
    var scripts: [String] = []

    @Field(
        """
        Exit codes that count as success. 128 + n accepts a signal, 2300218 a disconnect.
        """
    )
    var validExitCodes: [Int] = [0]

    @Field(
        """
        Environment variables as `KEY=VALUE`. They reach the script in a file that only its user \
        can read.
        """
    )
    var environmentVars: [String] = []

    @Field("Environment variables by name; wins over `environment_vars`.")
    var env: [String: String] = [:]

    @Field(
        """
        How a variable is written for `{{.Vars}}`: `%s` for the name, `%s` for the value as it is \
        escaped for single quotes. With `use_env_var_file` also a line of that file. The default \
        is `%s='%s' `, and `export %s='%s'\\n` for the file.
        """,
        check: VariableFormat.fault
    )
    var envVarFormat: String?

    @Field(
        """
        Give the variables in a file, named by `{{.EnvVarFile}}`. The default command does so \
        anyway; this makes `env_var_format` apply to the file.
        """
    )
    var useEnvVarFile: Bool = false

    @Field(
        """
        The command that runs the script. `{{.Path}}` is the script, `{{.EnvVarFile}}` a file that \
        exports the variables, `{{.Vars}}` the variables as words (`A='1' B='2' `), which other \
        users of the machine can see in its process list. Both paths are quoted where they need \
        it. Setting it makes the script readable for others, so that `sudo -u app {{.Path}}` \
        works; the file of the variables stays closed. The default is \
        `. {{.EnvVarFile}} && {{.Path}}`; the script is uploaded executable.
        """,
        interpolated: false
    )
    var executeCommand: String?

    @Field(
        """
        The interpreter of inline commands: their first line is `#!` and this. Left out when the \
        commands start with `#!` and this is not set.
        """
    )
    var inlineShebang: String = "/bin/sh -e"

    @Field("Upload scripts byte for byte; otherwise CRLF line endings become LF.")
    var binary: Bool = false

    @Field("An existing folder of the machine, in which a private one is made for each script.")
    var remoteFolder: String = "/tmp"

    @Field("The script's name in `remote_folder`. By default a private folder is used instead.")
    var remoteFile: String = ""

    @Field(
        """
        The script's whole path on the machine; wins over `remote_folder` and `remote_file`. The \
        file there is replaced, has mode 0755 as with Packer, and is removed afterwards.
        """
    )
    var remotePath: String = ""

    @Field("Leave the script on the machine. The file of the variables is removed all the same.")
    var skipClean: Bool = false

    @Field(
        """
        How long upload and start are tried again while the machine cannot be reached, and how \
        long a machine may be away after an expected disconnect; 0 means 5m. A script that may \
        have started is never started again.
        """,
        check: DurationRule.notNegative
    )
    var startRetryTimeout: Duration = .seconds(300)

    @Field(
        """
        Accept that the script ends the connection, by a restart for example. The next step waits \
        until the machine or its SSH server is proven to have started anew, no longer than \
        `start_retry_timeout`. A script that was killed (TERM, HUP or KILL; 143, 129 or 137) is \
        accepted only when the connection ended with it: put its status into `valid_exit_codes` \
        to accept it anyway. Without this option a script ends with its connection.
        """
    )
    var expectDisconnect: Bool = false

    @Field(
        """
        How long a script that has ended may leave its output open, by a process in the \
        background, with nothing coming: then it is done, with a warning, and the process lives on.
        """,
        check: DurationRule.notNegative
    )
    var outputGrace: Duration = .seconds(10)

    @Field("How long to wait after the last script.", check: DurationRule.notNegative)
    var pauseAfter: Duration = .zero
}

extension ShellConfiguration {
    /// The local scripts, in order; none for inline commands.
    var paths: [String] { scriptOptions.paths }

    private var scriptOptions: ScriptOptions { ScriptOptions(script: script, scripts: scripts) }

    /// The path that the user chose for the script, or `nil` for a private folder.
    var literalPath: String? {
        if !remotePath.isEmpty { return RemotePath.neverAnOption(remotePath) }
        if !remoteFile.isEmpty { return RemotePath.joined(folder, remoteFile) }
        return nil
    }

    /// The folder for everything else.
    var folder: String { remoteFolder.isEmpty ? "/tmp" : remoteFolder }

    /// Permission bits of the script: the user's own command may run it as another user, and a path
    /// that the user chose is as open as Packer leaves it.
    var scriptMode: UInt32 { executeCommand == nil && literalPath == nil ? 0o700 : 0o755 }

    /// The template's variables; of two with one name the later one wins.
    var variables: [(name: String, value: String)] { variableOptions.variables }

    private var variableOptions: VariableOptions {
        VariableOptions(environmentVars: environmentVars, env: env)
    }

    /// How long starting may be tried.
    var retryBudget: Duration {
        startRetryTimeout == .zero ? .seconds(300) : startRetryTimeout
    }

    /// The accepted codes; an empty list counts as not set, as in Packer.
    var acceptedCodes: [Int] { validExitCodes.isEmpty ? [0] : validExitCodes }
}

// MARK: - Rules between options

extension ShellConfiguration {
    func check() -> [ConfigurationProblem] {
        checkKinds() + scriptOptions.check() + variableOptions.check()
    }

    private func checkKinds() -> [ConfigurationProblem] {
        if !script.isEmpty && !scripts.isEmpty {
            return [ConfigurationProblem("Only one of script or scripts can be specified.")]
        }
        if paths.isEmpty && inline.isEmpty {
            return [
                ConfigurationProblem(
                    "Either a script file or inline script must be specified.",
                    remedy: "Set inline, script or scripts."
                )
            ]
        }
        if !paths.isEmpty && !inline.isEmpty {
            return [
                ConfigurationProblem(
                    "Only a script file or an inline script can be specified, not both.",
                    remedy: "Use two shell provisioners."
                )
            ]
        }
        return []
    }
}
