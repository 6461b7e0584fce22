import Processes

/// The machine that this program runs on, reached as any other.
///
/// Commands run through `/bin/sh -c` with this process's environment and working directory, each in
/// a session of its own and without its terminal. On Linux a command also ends when this process
/// does, however that ends.
///
/// **Background children.** A child that a command leaves behind may go on, as with SSH; what it
/// still writes is waited for no longer than ``outputGrace``.
///
/// **Files** are written as the protocol says. An upload gets the local file's permission bits (no
/// setuid, setgid or sticky bit) whatever the umask is; a download gets 0644, in a tree the
/// source's bits, less the umask.
public struct LocalCommunicator: Communicator {
    /// How long after the end of a command its output may stay open with nothing coming.
    ///
    /// After that the output is taken as complete; more than 1 MiB that still comes is dropped.
    public var outputGrace: Duration

    /// How long a process tree that is to be ended has between TERM and KILL.
    public var terminationGrace: Duration

    /// A communicator with these limits.
    public init(
        outputGrace: Duration = .seconds(10),
        terminationGrace: Duration = .seconds(5)
    ) {
        self.outputGrace = outputGrace
        self.terminationGrace = terminationGrace
    }

    /// Runs a command with `/bin/sh -c`.
    ///
    /// - Throws: Besides what the protocol says, ``CommunicatorError`` with `.commandNotStarted`
    ///   when the text is longer than the system takes for one argument (128 KiB on Linux) or has a
    ///   NUL byte: put such a text into a file.
    public func run<Value: Sendable>(
        _ command: RemoteCmd,
        _ body: (RemoteCmd.Execution) async throws -> Value
    ) async throws -> RemoteCmd.Result<Value> {
        try await run(try await start(command), for: command, body)
    }

    /// Runs a program without any shell in between.
    ///
    /// It does not end with this process by itself: that is for who is told of its start.
    ///
    /// - Parameters:
    ///   - arguments: The program, as a path or a name to look for in `PATH`, and its arguments.
    ///   - environment: Variables that it gets beside this process's own; they win.
    ///   - command: How it is run; its text is not looked at.
    ///   - started: Is told the number of the program's session. When it throws, the program is
    ///     ended.
    ///   - body: What is done with it while it runs.
    /// - Returns: What `body` returned, and how the program ended.
    /// - Throws: As ``run(_:_:)``.
    package func run<Value: Sendable>(
        _ arguments: [[UInt8]],
        adding environment: [String: [UInt8]],
        for command: RemoteCmd,
        started: (_ session: Int32) async throws -> Void,
        _ body: (RemoteCmd.Execution) async throws -> Value
    ) async throws -> RemoteCmd.Result<Value> {
        var specification = ProcessSpecification(
            executable: arguments.first ?? [],
            arguments: Array(arguments.dropFirst()),
            environment: ProcessEnvironment.entries(adding: environment)
        )
        specification.diesWithParent = false
        let name = BytePath.display(specification.executable)
        let child = try await start(specification, for: command) { found in
            CommunicatorError(
                .commandNotStarted,
                operation: "starting",
                target: name.isEmpty ? "a program without a name" : name,
                detail: found,
                remedy: "Check that this program is there and may be run."
            )
        }
        do {
            try await started(child.processID)
        } catch {
            await child.terminateTree(grace: .zero)
            throw error
        }
        return try await run(child, for: command, body)
    }

    private func run<Value: Sendable>(
        _ child: ChildProcess,
        for command: RemoteCmd,
        _ body: (RemoteCmd.Execution) async throws -> Value
    ) async throws -> RemoteCmd.Result<Value> {
        let session = LocalCommandSession(
            child,
            outputGrace: command.outputGrace ?? outputGrace,
            terminationGrace: terminationGrace
        )
        return try await withSession(session, for: command, body)
    }

    private func start(_ command: RemoteCmd) async throws -> ChildProcess {
        var text = command.text
        // The shell would take it for an option; leading blanks mean nothing to it.
        if text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+") {
            text.insert(UInt8(ascii: " "), at: 0)
        }
        let specification = ProcessSpecification(
            executable: Array("/bin/sh".utf8),
            arguments: [Array("-c".utf8), text]
        )
        return try await start(specification, for: command) { found in
            CommunicatorError(
                .commandNotStarted,
                operation: "starting",
                target: command.label ?? "a command",
                detail: found,
                remedy:
                    "Check the limits of this machine; put a long text into a file and run that."
            )
        }
    }

    private func start(
        _ specification: ProcessSpecification,
        for command: RemoteCmd,
        failure: (_ found: String) -> CommunicatorError
    ) async throws -> ChildProcess {
        try Task.checkCancellation()
        var specification = specification
        specification.standardInput = command.standardInput.isEmpty ? .null : .pipe
        do {
            return try await ChildProcess.spawn(specification)
        } catch let error as ChildProcess.SpawnError {
            throw failure(error.detail)
        } catch let error as PipeError {
            throw failure(error.description)
        }
    }
}
