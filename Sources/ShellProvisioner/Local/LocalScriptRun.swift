internal import Communicator
internal import Components

/// One local script on its way: lay it down, run it, judge its end, remove it.
struct LocalScriptRun {
    let script: LocalScript
    let command: LocalCommand
    /// What the environment gets beside what this process has.
    let environment: [String: [UInt8]]
    /// What stands for `{{.Vars}}`.
    let words: [UInt8]
    let exitPolicy: ExitPolicy
    let outputGrace: Duration
    let ui: any UserInterface

    /// Runs the script and leaves nothing of it, whatever happens.
    ///
    /// - Throws: ``ShellProvisionerError``; `CancellationError` once all its processes have ended.
    func run() async throws {
        await ui.say("Running local shell script: \(script.name)")
        var relay = OutputRelay(to: ui)
        let end: RemoteCmd.End
        do {
            end = try await script.withPath { try await execute($0, &relay) }
        } catch let error as CommunicatorError {
            try Task.checkCancellation()
            throw ShellProvisionerError(
                .notStarted,
                "Error executing script: \(script.name): \(error)",
                script: script.name
            )
        }
        try judge(end, relay.tail.lines)
        if end.leavesOutputOpen {
            await ui.error(OutputRelay.openOutputWarning(of: script.name, after: end.status))
        }
    }

    private func execute(_ path: BytePath, _ relay: inout OutputRelay) async throws -> RemoteCmd.End
    {
        var cmd = RemoteCmd("", label: "local shell script \(script.name)")
        cmd.outputGrace = outputGrace
        let arguments = command.arguments(script: path.bytes, variables: words)
        let start = Stopwatch(ContinuousClock())
        let watch = LocalScriptGuard()
        let result: Result<RemoteCmd.Result<Void>, any Error>
        do {
            let ended = try await LocalCommunicator().run(
                arguments,
                adding: environment,
                for: cmd,
                started: {
                    try await watch.begin(session: $0, removing: script.isOurs ? path : nil)
                }
            ) { execution in
                try await relay.relay(execution.output, since: start)
            }
            result = .success(ended)
        } catch {
            result = .failure(error)
        }
        await watch.finish()
        try Task.checkCancellation()
        return try result.get().end
    }

    private func judge(_ end: RemoteCmd.End, _ lastLines: [String]) throws(ShellProvisionerError) {
        guard end.status != .disconnected else {
            throw ShellProvisionerError(
                .scriptDisconnected,
                "The end of script \(script.name) was not seen: \(end.detail ?? "").",
                script: script.name,
                lastLines: lastLines
            )
        }
        do {
            _ = try exitPolicy.judge(
                ScriptEnd(script: script.name, status: end.status, lastLines: lastLines)
            )
        } catch {
            var error = error
            if end.status == .exited(126) { error.remedy = Self.notRun }
            throw error
        }
    }

    private static let notRun =
        "The system refused to run it: the script may not be executable (chmod +x), its folder may "
        + "be on a file system mounted noexec, the interpreter named in its first line may not be "
        + "executable, or a variable is longer than Linux takes (131,072 bytes)."
}
