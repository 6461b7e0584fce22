internal import Communicator
internal import Components

extension ScriptRun {
    private static let cleanUpLimit: Duration = .seconds(10)

    /// Ends what may still run and removes what is ours, also when this task was cancelled.
    ///
    /// Takes no longer than ten seconds, and one more try over another connection for each of the
    /// two. A failure is a warning.
    func cleanUp() async {
        if startedIn != nil || cleanUpCommand != nil {
            let run = self
            switch await TimeLimit.result(
                within: Self.cleanUpLimit,
                of: { try await run.endAndRemove() }
            ) {
            case .success?: break
            case .failure(let error)?: await warn(error)
            case nil: await warn(late)
            }
        }
        await announceKeptScript()
    }

    private func endAndRemove() async throws {
        var failure: (any Error)?
        do {
            try await reconnecting { try await endScript() }
        } catch {
            try Task.checkCancellation()
            if (error as? CommunicatorError)?.code == .connectionFailed { throw error }
            // What is ours goes all the same.
            failure = error
        }
        try await reconnecting { try await remove() }
        if let failure { throw failure }
    }

    /// Removes what is ours, once more when KILL ended the first try.
    ///
    /// What ends the script's processes knows them by the folder's name in their command lines, as
    /// the removal's has it, and may look a last time when this begins.
    private func remove() async throws {
        do {
            try await cleanUpCommand?.run(on: machine)
        } catch let error as ShellProvisionerError where error.status == .signaled("KILL") {
            try Task.checkCancellation()
            try await cleanUpCommand?.run(on: machine)
        }
    }

    /// Does something once more over another connection when this one is lost.
    private func reconnecting(_ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch let error as CommunicatorError where error.code == .disconnected {
            // Its use showed that the connection is dead; the next use makes another one.
            try Task.checkCancellation()
            try await work()
        }
    }

    func announceKeptScript() async {
        guard plan.skipsCleaning, plan.literalPath == nil, let folder = folders.last else { return }
        await ui.message("The script stays at \(folder.script) (skip_clean).")
    }

    /// Removes what is ours once the machine is back, within `start_retry_timeout`.
    ///
    /// - Parameter survivor: Where the script was started that lost its connection. It may go on,
    ///   as one that restarts the network has to; that is said.
    /// - Throws: `CancellationError`, after another clean-up.
    mutating func cleanUpAfterReconnect(_ survivor: RemoteFolder?) async throws {
        guard var command = cleanUpCommand else { return }
        command.disconnect = plan.disconnect
        do {
            try await plan.retry.run("Cannot clean up", ui: ui) {
                try await command.run(on: machine)
            }
            if let survivor { try await announceSurvivor(survivor) }
        } catch {
            if Task.isCancelled {
                startedIn = survivor
                await cleanUp()
                throw CancellationError()
            }
            await warn(error)
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
            if startedIn == kept && plan.isCommandOfUser { files.append(kept.end) }
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

    private var late: CommunicatorError {
        CommunicatorError(
            .deadlineExceeded,
            operation: "cleaning up after",
            target: "script \(script.name)",
            detail: "it was not done within \(Self.cleanUpLimit)",
            remedy: "The machine does not answer."
        )
    }
}

// MARK: - Processes

extension ScriptRun {
    /// Ends a script whose end nobody saw; one that cannot be ended is a warning.
    private func endScript() async throws {
        guard let startedIn else { return }
        let left: ProcessEndScript.Remainder?
        do {
            left = try await leftProcesses(startedIn).end()
        } catch let error as CommunicatorError where !StartRetry.isTransient(error) {
            return await ui.error(
                "Warning: it is not known whether script \(script.name) still runs on the machine: "
                    + "\(error)"
            )
        }
        guard !Task.isCancelled, left?.isNothing != true else { return }
        await ui.error(Self.warning(of: left, script.name))
    }

    private static func warning(
        of left: ProcessEndScript.Remainder?,
        _ name: String
    ) -> String {
        guard let left, !left.processes.isEmpty else {
            return "Warning: it is not known whether script \(name) still runs on the machine. "
                + "Look for it, and end it by hand."
        }
        return "Warning: script \(name) could not be ended: it still runs on the machine as "
            + "\(left.named). End it by hand."
    }

    private func announceSurvivor(_ folder: RemoteFolder) async throws {
        let left = try await leftProcesses(folder).find()
        guard let left, !left.processes.isEmpty else { return }
        await ui.message(
            "Script \(script.name) outlived its connection: it still runs on the machine as "
                + "\(left.named), and the build goes on beside it."
        )
    }
}

extension ProcessEndScript.Remainder {
    /// The processes, for a sentence.
    fileprivate var named: String {
        (processes.count == 1 ? "process " : "processes ")
            + processes.map(String.init).joined(separator: ", ")
    }
}
