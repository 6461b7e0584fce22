internal import Communicator
internal import Components

/// One script on its way: prepare a folder, upload, execute, judge the end, clean up.
struct ScriptRun {
    let script: Script
    let plan: ScriptPlan
    let machine: any Communicator
    let ui: any UserInterface

    /// Folders that were made or may have been; emptied by the clean-up.
    private var folders: [RemoteFolder] = []
    private var usesLiteralScript = false

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
        // A script that is to stay may be the one that shut the machine down for good.
        if mayBeAway && !plan.skipsCleaning {
            try await cleanUpAfterReconnect()
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

    private func execute(_ files: ScriptFiles) async throws -> ScriptEnd {
        let command = RemoteCmd(
            bytes: plan.command.filled(files, variables: plan.variables),
            label: "shell script \(script.name)"
        )
        var hasStarted = false
        var relay = OutputRelay(to: ui)
        do {
            let result = try await machine.run(command) { execution in
                hasStarted = true
                try await relay.relay(execution.output, since: Stopwatch(plan.retry.clock))
            }
            return end(result.status, result.detail, relay)
        } catch let error as CommunicatorError where error.code == .disconnected {
            // The request may have arrived, so the script may have run: never run it again.
            return end(.disconnected, error.detail, relay)
        } catch let error as CommunicatorError where hasStarted {
            throw ShellProvisionerError(
                .scriptDisconnected,
                "The end of script \(script.name) was not seen: \(error)",
                script: script.name,
                lastLines: relay.tail.lines
            )
        }
    }

    private func end(
        _ status: RemoteCmd.ExitStatus,
        _ detail: String?,
        _ relay: OutputRelay
    ) -> ScriptEnd {
        ScriptEnd(
            script: script.name,
            status: status,
            detail: detail,
            lastLines: relay.tail.lines
        )
    }
}

/// Where a script and its environment lie on the machine.
struct ScriptFiles: Sendable, Equatable {
    var script: String
    var environment: String?
}

// MARK: - Clean-up

extension ScriptRun {
    private static let cleanUpLimit: Duration = .seconds(10)

    /// Removes what is ours, also when this task was cancelled; a failure is a warning.
    private func cleanUp() async {
        guard let command = cleanUpCommand else { return await announceKeptScript() }
        let (machine, ui, clock) = (machine, ui, plan.retry.clock)
        let work = Task {
            try await StartRetry(budget: Self.cleanUpLimit, clock: clock)
                .run("Cannot clean up", ui: ui) {
                    try await command.run(on: machine)
                }
        }
        let limit = Task {
            try await Task.sleep(for: Self.cleanUpLimit, clock: .continuous)
            work.cancel()
        }
        let result = await work.result
        limit.cancel()
        if case .failure(let error) = result { await warn(error) }
        await announceKeptScript()
    }

    private func announceKeptScript() async {
        guard plan.skipsCleaning, plan.literalPath == nil, let folder = folders.last else { return }
        await ui.message("The script stays at \(folder.script) (skip_clean).")
    }

    /// Removes what is ours once the machine is back, within `start_retry_timeout`.
    private func cleanUpAfterReconnect() async throws {
        guard let command = cleanUpCommand else { return }
        do {
            try await plan.retry.run("Cannot clean up", ui: ui) {
                try await command.run(on: machine)
            }
        } catch {
            await warn(error)
            try Task.checkCancellation()
        }
    }

    private var cleanUpCommand: HousekeepingCommand? {
        let (trees, files) = leftovers
        let removals = [("rm -rf --", trees), ("rm -f --", files)].compactMap { command, paths in
            paths.isEmpty
                ? nil : ([command] + paths.map(ShellWord.quote)).joined(separator: " ")
        }
        guard !removals.isEmpty else { return nil }
        return HousekeepingCommand(
            text: removals.joined(separator: " && "),
            deadline: Self.cleanUpLimit
        )
    }

    /// What is ours and has to go: folders with what is in them, and files.
    private var leftovers: (trees: [String], files: [String]) {
        var trees = folders
        var files: [String] = []
        if plan.skipsCleaning && plan.literalPath == nil, let kept = trees.popLast() {
            // The script stays as asked for; secrets do not.
            if plan.environmentFile != nil { files.append(kept.environmentFile) }
        }
        if usesLiteralScript && !plan.skipsCleaning, let path = plan.literalPath {
            files.append(path)
        }
        return (trees.map(\.path), files)
    }

    private func warn(_ error: any Error) async {
        let (trees, files) = leftovers
        let left = (trees + files).joined(separator: ", ")
        await ui.error(
            "Warning: could not remove \(left) from the machine: \(error) "
                + "Remove it by hand."
        )
    }
}
