public import Communicator
public import Components
public import Configuration
internal import Interpolation

/// Runs shell scripts on this machine, where the build runs; Packer's provisioner `shell-local`.
///
/// The options are Packer's (see ``fields``). Scripts are run where they lie; inline commands are
/// in a temporary file that only this user can read, which is removed when they succeeded, failed
/// or were cancelled. A script reads nothing from the terminal, and when it is cancelled all the
/// processes that it started are ended; on Linux also when this process itself is killed.
///
/// **Environment.** This process's own; `PACKER_BUILD_NAME`, `PACKER_BUILDER_TYPE` and, where there
/// is an HTTP server, `PACKER_HTTP_ADDR`, `_IP` and `_PORT`; then `environment_vars` and `env`,
/// later ones winning. No value is part of an argument list, unless the user's own
/// `execute_command` or `env_var_format` asks for `{{.Vars}}`.
///
/// **Differences from Packer 1.16.** Inline commands are announced as `inline`, not by the name of
/// a temporary file. Paths with blanks work in the default command. A cancelled script leaves
/// neither processes nor its file behind. A program that a signal ends has the status 128 + n, not
/// -1.
public struct ShellLocalProvisioner: Provisioner {
    let configuration: ShellLocalConfiguration
    let context: PrepareContext

    /// The options, in the order of their declaration, for documentation and plugin specs.
    public static var fields: [FieldSpecification] { ShellLocalConfiguration.fields }

    /// Checks the options and makes the provisioner; reads nothing but the status of the scripts.
    ///
    /// - Returns: The provisioner, with warnings about what is allowed but likely wrong.
    /// - Throws: `ConfigurationErrors` with everything that is wrong.
    public static func prepare(
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) throws -> Prepared<ShellLocalProvisioner> {
        let options = try context.decode(ShellLocalConfiguration.self, from: configuration)
        let provisioner = ShellLocalProvisioner(configuration: options, context: context)
        return Prepared(provisioner, warnings: try provisioner.checkCommand())
    }

    /// Runs the scripts, one after the other.
    ///
    /// - Parameters:
    ///   - machine: Is not used: a builder that has none is fine.
    ///   - ui: Is told what happens and everything that the scripts print.
    ///   - data: What the builder found out about the machine.
    /// - Throws: ``ShellProvisionerError``; `CancellationError` once the script's processes and its
    ///   temporary file are gone.
    public func provision(
        _ machine: any Communicator,
        ui: any UserInterface,
        data: GeneratedData
    ) async throws {
        guard configuration.isForThisSystem else {
            return await ui.say("Skipping shell-local due to runtime OS")
        }
        let variables = try EnvironmentFile(
            try context.variables(configuration.variables, data: data)
        )
        let command = try command(data)
        let format = configuration.envVarFormat.flatMap { VariableFormat($0) }
        for script in try scripts(data) {
            try Task.checkCancellation()
            let run = LocalScriptRun(
                script: script,
                command: command,
                environment: environment(variables, data),
                words: variables.bytes(format: format ?? .assignments),
                exitPolicy: ExitPolicy(
                    validExitCodes: configuration.acceptedCodes,
                    expectDisconnect: false
                ),
                outputGrace: configuration.outputGrace,
                ui: ui
            )
            try await run.run()
        }
    }

    /// The scripts to run, inline commands rendered for this run.
    private func scripts(_ data: GeneratedData) throws(ShellProvisionerError) -> [LocalScript] {
        guard configuration.inlineCommands.isEmpty else {
            let lines = try context.inlineLines(configuration.inlineCommands, data: data)
            let text = ([configuration.shebang] + lines).map { $0 + "\n" }.joined()
            let ending = configuration.tempfileExtension
            return [
                LocalScript(name: "inline", content: .text(Array(text.utf8), extension: ending))
            ]
        }
        return configuration.paths.map { LocalScript(name: $0, content: .file($0)) }
    }

    /// What a script's environment has beside this process's own.
    private func environment(
        _ variables: EnvironmentFile,
        _ data: GeneratedData
    ) -> [String: [UInt8]] {
        var values = variables.variables
        if let identity = data.text("PackerRunUUID"), !identity.hasPrefix("ERR_"),
            values["PACKER_RUN_UUID"] == nil, !identity.isEmpty
        {
            values["PACKER_RUN_UUID"] = Array(identity.utf8)
        }
        return values
    }
}

// MARK: - Command

extension ShellLocalProvisioner {
    private var templates: [String] {
        guard configuration.executeCommand.isEmpty else { return configuration.executeCommand }
        return configuration.envVarFormat == nil
            ? LocalCommand.standard : LocalCommand.withVariables
    }

    private func command(_ data: GeneratedData) throws(ShellProvisionerError) -> LocalCommand {
        do {
            return try LocalCommand(templates) { try context.render($0, data: data, extra: $1) }
        } catch {
            throw ShellProvisionerError(.notRendered, "Error processing command: \(error).")
        }
    }

    /// Checks `execute_command` before the build, with the values that are known by then.
    ///
    /// - Returns: Warnings about this and the other options.
    /// - Throws: `ConfigurationErrors`.
    private func checkCommand() throws -> [String] {
        let command: LocalCommand
        do {
            command = try LocalCommand(templates) { template, marks in
                var known = context.interpolation
                let later = known.buildKeys.map { ($0, ConfigurationValue.string("")) }
                known.data = Dictionary(uniqueKeysWithValues: later)
                    .merging(marks.mapValues { .string($0) }) { $1 }
                return try TemplateText(template).render(with: known)
            }
        } catch {
            let place = ConfigurationPath().key("execute_command")
            throw ConfigurationErrors("Error processing command: \(error)", at: place)
        }
        return warnings(command)
    }

    private func warnings(_ command: LocalCommand) -> [String] {
        var warnings = configuration.deprecationWarnings
        warnings += ScriptLint.warnings(for: configuration.inlineCommands, option: "inline")
        if !command.namesScript {
            warnings.append(
                "execute_command does not name {{.Script}}, so the script is not what runs."
            )
        }
        if configuration.envVarFormat != nil && !command.namesVariables {
            warnings.append(
                "env_var_format: execute_command does not name {{.Vars}}, so nothing is written in "
                    + "this format."
            )
        }
        if configuration.executeCommand.isEmpty {
            for path in configuration.paths where !Self.isExecutable(path) {
                warnings.append(
                    "Script \(path) is not executable, and the default execute_command runs it as a "
                        + "program: chmod +x, or set execute_command to [\"/bin/sh\", "
                        + "\"{{.Script}}\"]."
                )
            }
        }
        return warnings
    }

    private static func isExecutable(_ path: String) -> Bool {
        guard let mode = try? FileStatus.of(BytePath(path)).mode else { return true }
        return mode & 0o111 != 0
    }
}
