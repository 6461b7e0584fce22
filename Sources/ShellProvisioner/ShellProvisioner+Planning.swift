internal import Components
internal import Configuration
internal import Interpolation

extension ShellProvisioner {
    /// What is the same for each script of this run.
    func plan(_ data: GeneratedData) throws(ShellProvisionerError) -> ScriptPlan {
        let environment = try environment(data)
        let command = try command(data)
        let literalPath = try configuration.literalPath.map { path throws(ShellProvisionerError) in
            try context.renderedAgain(path, "remote_path", data: data)
        }
        let folder = try context.renderedAgain(
            configuration.folder,
            "remote_folder",
            data: data
        )
        let faults = command.faults(environment, path: literalPath ?? folder, folder: folder)
        if let fault = faults.first {
            throw ShellProvisionerError(.notRendered, "Error processing command: \(fault)")
        }
        let usesFile = command.readsEnvironmentFile || configuration.useEnvVarFile
        return ScriptPlan(
            remoteFolder: folder,
            literalPath: literalPath,
            scriptMode: configuration.scriptMode,
            folderMode: configuration.executeCommand == nil ? .private : .passable,
            environmentFile: usesFile ? environment.bytes(format: fileFormat) : nil,
            hasUserVariables: !configuration.variables.isEmpty || !addedEnvironment.isEmpty,
            skipsCleaning: configuration.skipClean,
            exitPolicy: ExitPolicy(
                validExitCodes: configuration.acceptedCodes,
                expectDisconnect: configuration.expectDisconnect
            ),
            retry: StartRetry(budget: configuration.retryBudget, clock: clock),
            outputGrace: configuration.outputGrace,
            command: command,
            isCommandOfUser: configuration.executeCommand != nil,
            variables: environment.bytes(format: userFormat ?? .assignments)
        )
    }

    /// The scripts to run, inline commands rendered for this machine.
    func scripts(_ data: GeneratedData) throws(ShellProvisionerError) -> [Script] {
        guard configuration.inline.isEmpty else {
            return [Script(name: "inline", content: .text(try inlineText(data)))]
        }
        return configuration.paths.map {
            Script(name: $0, content: .file($0, isBinary: configuration.binary))
        }
    }

    private func inlineText(_ data: GeneratedData) throws(ShellProvisionerError) -> [UInt8] {
        var lines = try context.inlineLines(configuration.inline, data: data)
        let isShebangSet = configuration.$inlineShebang.isSet
        let hasOwnShebang = lines.first?.hasPrefix("#!") == true
        if (isShebangSet || !hasOwnShebang) && !configuration.inlineShebang.isEmpty {
            lines.insert("#!" + configuration.inlineShebang, at: 0)
        }
        let text = Array(lines.map { $0 + "\n" }.joined().utf8)
        return configuration.binary ? text : LineEndings.converted(text)
    }

    private var userFormat: VariableFormat? {
        configuration.envVarFormat.flatMap { VariableFormat($0) }
    }

    private var fileFormat: VariableFormat {
        (configuration.useEnvVarFile ? userFormat : nil) ?? .exportLines
    }
}

// MARK: - Environment

extension ShellProvisioner {
    /// Every variable of the script, later sources winning over earlier ones.
    func environment(_ data: GeneratedData) throws(ShellProvisionerError) -> EnvironmentFile {
        var values = try context.variables(configuration.variables, data: data)
        values.merge(addedEnvironment) { $1 }
        return try EnvironmentFile(values)
    }
}

// MARK: - Command

extension ShellProvisioner {
    private var template: ExecuteCommand {
        configuration.executeCommand.map { ExecuteCommand(template: $0) } ?? .standard
    }

    private func command(_ data: GeneratedData) throws(ShellProvisionerError) -> MarkedCommand {
        do {
            return try template.marked { try context.render($0, data: data, extra: $1) }
        } catch {
            throw ShellProvisionerError(.notRendered, "Error processing command: \(error).")
        }
    }

    /// Checks `execute_command` before the build, with the values that are known by then.
    ///
    /// - Returns: Warnings about this and the other options.
    /// - Throws: `ConfigurationErrors`.
    func checkCommand() throws -> [String] {
        let place = ConfigurationPath().key("execute_command")
        let command: MarkedCommand
        do {
            command = try template.marked { template, marks in
                var known = context.interpolation
                let later = known.buildKeys.map { ($0, ConfigurationValue.string("")) }
                known.data = Dictionary(uniqueKeysWithValues: later)
                    .merging(marks.mapValues { .string($0) }) { $1 }
                return try TemplateText(template).render(with: known)
            }
        } catch {
            throw ConfigurationErrors("Error processing command: \(error)", at: place)
        }
        let known = configuration.variables.filter { !PrepareContext.isDeferred($0.value) }
        var values = Dictionary(known.map { ($0.name, Array($0.value.utf8)) }) { $1 }
        values["PACKER_BUILD_NAME"] = values["PACKER_BUILD_NAME"] ?? Array(context.buildName.utf8)
        let faults = command.faults(
            try EnvironmentFile(values),
            path: configuration.literalPath ?? configuration.folder,
            folder: configuration.folder
        )
        guard faults.isEmpty else {
            throw ConfigurationErrors(faults.map { ConfigurationProblem($0, at: place) })
        }
        return warnings(command)
    }

    private func warnings(_ command: MarkedCommand) -> [String] {
        var warnings = configuration.deprecationWarnings
        warnings += ScriptLint.warnings(for: configuration.inline, option: "inline")
        if let template = configuration.executeCommand {
            warnings += ScriptLint.warnings(for: [template], option: "execute_command")
        }
        if configuration.useEnvVarFile && !command.readsEnvironmentFile {
            warnings.append(
                "use_env_var_file: execute_command does not name {{.EnvVarFile}}, so nothing reads "
                    + "the file."
            )
        }
        if configuration.envVarFormat != nil && !configuration.useEnvVarFile
            && !command.namesVariables
        {
            warnings.append(
                "env_var_format: execute_command does not name {{.Vars}}, so nothing is written in "
                    + "this format. Name it, or set use_env_var_file."
            )
        }
        for path in [configuration.remoteFolder, configuration.remotePath]
        where path.hasPrefix("~") {
            warnings.append(
                "'\(path)' is taken as it is: no shell turns ~ into a home directory. Leave out "
                    + "'~/' to start in the home directory of the user."
            )
        }
        return warnings
    }
}
