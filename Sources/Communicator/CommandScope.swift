internal import Deadlines

/// Runs `body` over a started command and gives back how the command ended.
///
/// This is the scope that every communicator's ``Communicator/run(_:_:)`` promises: it feeds the
/// input, keeps the deadline, drains what `body` left unread, and ends the process tree when
/// `body` throws, when the task is cancelled, or when the deadline passes.
///
/// - Throws: What `body` or the session threw; ``CommunicatorError`` with code
///   `.deadlineExceeded` when the deadline passed first.
public func withSession<Value: Sendable>(
    _ session: any CommandSession,
    for command: RemoteCmd,
    _ body: (RemoteCmd.Execution) async throws -> Value
) async throws -> RemoteCmd.Result<Value> {
    let ending = SessionEnding(session)
    let deadline = command.deadline.map { limit in
        Task {
            try await AwakeTime.sleep(for: limit)
            await ending.expire()
        }
    }
    let feeder = Task { await feed(command.standardInput, to: session) }
    defer {
        deadline?.cancel()
        feeder.cancel()
    }
    do {
        let value = try await body(RemoteCmd.Execution(session))
        // Nobody can write any more, and the command may be reading up to the end.
        if case .body = command.standardInput { try? await session.finishInput() }
        while try await session.nextOutput() != nil {}
        let end = try await session.waitForExit()
        guard await ending.finish() else { throw expired(command) }
        return RemoteCmd.Result(end, value: value)
    } catch {
        // Ending a process tree takes remote work, so it must not run in the cancelled task.
        await Task { await ending.terminate() }.value
        guard await ending.finish() else { throw expired(command) }
        throw error
    }
}

private func feed(_ input: RemoteCmd.StandardInput, to session: any CommandSession) async {
    // A command that does not read its input is not at fault; its status says how it went.
    switch input {
    case .empty:
        try? await session.finishInput()
    case .bytes(let bytes):
        try? await session.writeInput(bytes)
        try? await session.finishInput()
    case .body:
        break
    }
}

private func expired(_ command: RemoteCmd) -> CommunicatorError {
    let limit = command.deadline.map { "\($0)" } ?? "its time"
    return CommunicatorError(
        .deadlineExceeded,
        operation: "running",
        target: command.label ?? "a command",
        detail: "it was still running after \(limit) and was ended, with its process tree"
    )
}

/// Ends a session at most once, and remembers whether the deadline did it.
private actor SessionEnding {
    private let session: any CommandSession
    private var termination: Task<Void, Never>?
    private var hasExpired = false
    private var isFinished = false

    init(_ session: any CommandSession) {
        self.session = session
    }

    func terminate() async {
        if termination == nil {
            termination = Task { [session] in await session.terminate() }
        }
        await termination?.value
    }

    func expire() async {
        guard !isFinished else { return }
        hasExpired = true
        await terminate()
    }

    /// Ends the watch for the deadline; false when it has passed, and then the tree is gone.
    func finish() async -> Bool {
        isFinished = true
        if hasExpired { await termination?.value }
        return !hasExpired
    }
}
