internal import Communicator
internal import Components

/// One script on its way: prepare a folder, upload, execute, judge the end, clean up.
struct ScriptRun {
    let script: Script
    let plan: ScriptPlan
    let machine: any Communicator
    let ui: any UserInterface

    /// Folders that were made or may have been; emptied by the clean-up.
    private(set) var folders: [RemoteFolder] = []
    private(set) var usesLiteralScript = false
    /// The folder whose name is in the command line of a script that may still run.
    var startedIn: RemoteFolder?

    init(
        _ script: Script,
        plan: ScriptPlan,
        machine: any Communicator,
        ui: any UserInterface
    ) {
        self.script = script
        self.plan = plan
        self.machine = machine
        self.ui = ui
    }

    /// Runs the script and leaves nothing on the machine, whatever happens.
    mutating func run() async throws {
        await ui.say("Provisioning with shell script: \(script.name)")
        let verdict: ExitPolicy.Verdict
        do {
            let end = try await start()
            verdict = try plan.exitPolicy.judge(end)
        } catch {
            await cleanUp()
            throw error
        }
        let mayBeAway = verdict == .disconnected || plan.exitPolicy.expectDisconnect
        // One that may lose its connection may also go on without.
        let survivor = startedIn
        startedIn = nil
        // A script that is to stay may be the one that shut the machine down for good.
        if mayBeAway && !plan.skipsCleaning {
            try await cleanUpAfterReconnect(survivor)
        } else if verdict == .finished || plan.hasUserVariables {
            await cleanUp()
        } else {
            await announceKeptScript()
        }
    }

    /// Uploads and starts the script; both are tried again while it cannot have started.
    private mutating func start() async throws -> ScriptEnd {
        var step = "uploading"
        do {
            return try await plan.retry.run("Cannot start the script", ui: ui) {
                step = "uploading"
                let files = try await upload()
                step = "starting"
                return try await execute(files)
            }
        } catch let error as CommunicatorError {
            throw ShellProvisionerError(
                .notStarted,
                "Error \(step) script: \(error)",
                script: script.name
            )
        }
    }

    private mutating func upload() async throws -> ScriptFiles {
        var files = ScriptFiles(script: plan.literalPath ?? "", environment: nil)
        if plan.needsFolder {
            let folder = RemoteFolder(in: plan.remoteFolder, mode: plan.folderMode)
            try await make(folder)
            files.script = plan.literalPath ?? folder.script
            files.environment = plan.environmentFile == nil ? nil : folder.environmentFile
        }
        try await machine.upload(script.source(mode: plan.scriptMode), to: files.script)
        // Not before: after a failed upload the path still holds what the user had there.
        usesLiteralScript = plan.literalPath != nil
        if let path = files.environment, let content = plan.environmentFile {
            try await machine.upload(.bytes(content, mode: 0o600), to: path)
        }
        return files
    }

    private mutating func make(_ folder: RemoteFolder) async throws {
        folders.append(folder)
        do {
            try await HousekeepingCommand(text: folder.makeCommand).run(on: machine)
        } catch {
            if error is ShellProvisionerError || Self.wasNeverSent(error) { folders.removeLast() }
            throw error
        }
    }

    /// Whether the machine cannot have seen the command that failed in this way.
    private static func wasNeverSent(_ error: any Error) -> Bool {
        switch (error as? CommunicatorError)?.code {
        case .connectionFailed?, .connectionTimedOut?, .channelRefused?, .unsupported?: true
        default: false
        }
    }

    private mutating func execute(_ files: ScriptFiles) async throws -> ScriptEnd {
        try Task.checkCancellation()
        startedIn = folders.last
        let execution = ScriptExecution(
            command: command(files),
            machine: machine,
            ui: ui,
            clock: plan.retry.clock,
            ending: plan.isCommandOfUser ? startedIn.map(leftProcesses) : nil
        )
        let seen = await execution.run()
        do {
            let ending = try seen.end.get()
            if ending.status != .disconnected { startedIn = nil }
            try Task.checkCancellation()
            if ending.leavesOutputOpen { await warnOfOpenOutput(after: ending.status) }
            return end(ending.status, ending.detail, seen.lastLines)
        } catch let error as CommunicatorError where error.code == .disconnected {
            // The request may have arrived, so the script may have run: never run it again.
            return end(.disconnected, error.detail, seen.lastLines)
        } catch let error as CommunicatorError where seen.hasStarted {
            throw ShellProvisionerError(
                .scriptDisconnected,
                "The end of script \(script.name) was not seen: \(error)",
                script: script.name,
                lastLines: seen.lastLines
            )
        } catch {
            if Self.wasNeverSent(error) { startedIn = nil }
            throw error
        }
    }

    func leftProcesses(_ folder: RemoteFolder) -> LeftProcesses {
        LeftProcesses(machine: machine, plan: plan, folder: folder)
    }

    private func warnOfOpenOutput(after status: RemoteCmd.ExitStatus) async {
        await ui.error(OutputRelay.openOutputWarning(of: script.name, after: status))
    }

    private func command(_ files: ScriptFiles) -> RemoteCmd {
        var command = RemoteCmd(
            bytes: plan.command.filled(files, variables: plan.variables),
            label: "shell script \(script.name)"
        )
        command.disconnect = plan.disconnect
        // Where the connection may go, what restarts the network has to live on.
        command.endsWithConnection = plan.disconnect == .unexpected
        command.outputGrace = plan.outputGrace
        return command
    }

    private func end(
        _ status: RemoteCmd.ExitStatus,
        _ detail: String?,
        _ lastLines: [String]
    ) -> ScriptEnd {
        ScriptEnd(
            script: script.name,
            status: status,
            detail: detail,
            lastLines: lastLines
        )
    }
}

/// Where a script and its environment lie on the machine.
struct ScriptFiles: Sendable, Equatable {
    var script: String
    var environment: String?
}
