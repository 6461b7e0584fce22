internal import Communicator

/// The processes of a script whose end nobody saw, on the machine: ends them.
struct LeftProcesses: Sendable {
    let machine: any Communicator
    let plan: ScriptPlan
    /// The folder whose name stands in the command line that ran the script.
    let folder: RemoteFolder

    /// How long each of the two ways may take.
    private static let limit: Duration = .seconds(4)
    /// How much of what a shell says is kept: what is looked for comes last.
    private static let longestReport = 4_096

    /// Ends them: first through the command that ran the script, as whoever that makes of the user,
    /// then as the user that logs in.
    ///
    /// In this order, because that user can end a `sudo` or `su` and its child, and what the child
    /// has started would be left behind with nothing to know it by.
    ///
    /// - Returns: What is left; `nil` when that could not be found out.
    /// - Throws: ``CommunicatorError`` when the machine cannot be reached; `CancellationError`.
    func end() async throws -> ProcessEndScript.Remainder? {
        let asOther = plan.isCommandOfUser ? try? await endThroughCommand() : nil
        let seen = try await asLoginUser(ProcessEndScript(mark: folder.name))
        guard plan.isCommandOfUser else {
            // The processes of the own user are never hidden.
            return seen.map { .init(processes: $0.processes) }
        }
        return seen?.mayBeMore == false ? seen : asOther ?? seen
    }

    /// Ends them through the command that ran the script, and no other way.
    ///
    /// - Returns: What is left; `nil` when that could not be found out: the command may run its
    ///   script by something else than a shell.
    /// - Throws: ``CommunicatorError``; `CancellationError`.
    func endThroughCommand() async throws -> ProcessEndScript.Remainder? {
        try await throughCommand(ProcessEndScript(mark: folder.name))
    }

    /// What of the script the user that logs in can see; `nil` when that could not be found out.
    ///
    /// - Throws: ``CommunicatorError`` when the machine cannot be reached; `CancellationError`.
    func find() async throws -> ProcessEndScript.Remainder? {
        try await asLoginUser(ProcessEndScript(mark: folder.name, ends: false))
    }

    private func asLoginUser(
        _ script: ProcessEndScript
    ) async throws -> ProcessEndScript.Remainder? {
        // Over standard input, so that no command line but the script's holds the mark.
        let command = RemoteCmd(
            "exec sh -s",
            standardInput: .bytes(Array(script.text.utf8)),
            deadline: Self.limit,
            label: "the end of what is left of a script"
        )
        return try await report(of: command, script)
    }

    private func throughCommand(
        _ script: ProcessEndScript
    ) async throws -> ProcessEndScript.Remainder? {
        let content = Array(script.text.utf8)
        try await machine.upload(.bytes(content, mode: plan.scriptMode), to: folder.end)
        let files = ScriptFiles(
            script: folder.end,
            environment: plan.environmentFile == nil ? nil : folder.environmentFile
        )
        var command = RemoteCmd(
            bytes: plan.command.filled(files, variables: plan.variables),
            deadline: Self.limit,
            label: "the end of what is left of a script, as its user"
        )
        command.endsWithConnection = true
        return try await report(of: command, script)
    }

    private func report(
        of command: RemoteCmd,
        _ script: ProcessEndScript
    ) async throws -> ProcessEndScript.Remainder? {
        do {
            let result = try await machine.run(command) { execution in
                var said: [UInt8] = []
                for try await chunk in execution.output {
                    guard case .standardOutput(let bytes) = chunk else { continue }
                    said = (said + bytes).suffix(Self.longestReport)
                }
                return said
            }
            if result.status == .disconnected { throw lost(result.detail) }
            return script.remainder(in: result.value)
        } catch let error as CommunicatorError where error.code == .deadlineExceeded {
            return nil
        }
    }

    private func lost(_ detail: String?) -> CommunicatorError {
        CommunicatorError(
            .disconnected,
            operation: "ending",
            target: "what is left of a script",
            detail: detail ?? "the end of it was not seen"
        )
    }
}
