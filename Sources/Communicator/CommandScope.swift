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
            await ending.end(because: expired(command))
        }
    }
    let feeder = Task {
        do {
            try await feed(command.standardInput, to: session)
        } catch  where !Task.isCancelled {
            await ending.end(because: error)
        }
    }
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
        if let reason = await ending.finish() { throw reason }
        return RemoteCmd.Result(end, value: value)
    } catch {
        // Ending a process tree takes remote work, so it must not run in the cancelled task.
        await Task { await ending.terminate() }.value
        throw await ending.finish() ?? error
    }
}

/// How much of a source's bytes is held.
private let inputPieceSize = 65_536

/// Gives a command its input; throws what its source threw.
private func feed(
    _ input: RemoteCmd.StandardInput,
    to session: any CommandSession
) async throws {
    // A command that does not read its input is not at fault; its status says how it went.
    switch input {
    case .empty:
        try? await session.finishInput()
    case .bytes(let bytes):
        try? await session.writeInput(bytes)
        try? await session.finishInput()
    case .stream(let source):
        while let bytes = try await source.read(upTo: inputPieceSize) {
            guard (try? await session.writeInput(bytes)) != nil else { return }
        }
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

/// Ends a session at most once, and remembers why where it was not the caller's doing.
private actor SessionEnding {
    private let session: any CommandSession
    private var termination: Task<Void, Never>?
    private var reason: (any Error)?
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

    /// Ends the session because the deadline has passed or the input broke off.
    func end(because error: any Error) async {
        guard !isFinished else { return }
        reason = reason ?? error
        await terminate()
    }

    /// Lets nothing else end the session; why it was ended, and then the tree is gone.
    func finish() async -> (any Error)? {
        isFinished = true
        if reason != nil { await termination?.value }
        return reason
    }
}
