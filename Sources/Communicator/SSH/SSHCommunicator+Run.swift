public import Communicator

extension SSHCommunicator {
    /// Runs a command through the user's login shell, or `/bin/sh` where that is no POSIX shell; see
    /// ``Communicator/run(_:_:)``.
    public func run<Value: Sendable>(
        _ command: RemoteCmd,
        _ body: (RemoteCmd.Execution) async throws -> Value
    ) async throws -> RemoteCmd.Result<Value> {
        let (session, before) = try await start(command)
        var result = try await HeldChannel.$current.withValue(
            HeldChannel.current.union([session.held])
        ) {
            try await withSession(session, for: command, body)
        }
        if case .expected(let limit) = command.disconnect {
            result.end = await link.settled(
                result.end,
                of: session.connection,
                ReturnExpectation(end: .now + limit, limit: limit, before: before)
            )
        }
        return result
    }

    /// Starts a command, after a look at the machine that it may restart.
    private func start(
        _ command: RemoteCmd
    ) async throws -> (SSHCommandSession, MachineIdentity?) {
        try await link.withChannel { [configuration, notes, link] established in
            var before: MachineIdentity?
            if case .expected = command.disconnect {
                before = try? await MachineIdentity.read(established)
                try Task.checkCancellation()
            }
            let session = try await SSHCommandSession.start(
                command,
                on: established.connection,
                shell: established.shell,
                configuration: configuration,
                notes: notes,
                dialAnother: { try await link.logIn() }
            )
            return (session, before)
        }
    }
}

extension SSHLink {
    /// How long a connection may outlive a command that a shutdown seems to have ended.
    private static let farewell: Duration = .seconds(10)

    /// The end of a command that was expected to take the connection down, told from other ends.
    ///
    /// When it did, the next connection has to meet `expectation`.
    func settled(
        _ end: RemoteCmd.End,
        of connection: SSHConnection,
        _ expectation: ReturnExpectation
    ) async -> RemoteCmd.End {
        guard end.status == .disconnected || Self.isShutdownLike(end.status),
            await connection.ends(within: Self.farewell)
        else { return end }
        expectReturn(expectation)
        guard end.status != .disconnected else { return end }
        let cause = await connection.failure?.detail ?? "it is over"
        return RemoteCmd.End(
            .disconnected,
            detail: "\(end.status), and then the connection ended: \(cause)"
        )
    }

    /// Whether a shutdown ends processes in this way: by TERM, then KILL; HUP for those on a
    /// terminal.
    private static func isShutdownLike(_ status: RemoteCmd.ExitStatus) -> Bool {
        switch status {
        case .signaled(let name): ["TERM", "HUP", "KILL"].contains(name)
        case .exited(let code): [128 + 15, 128 + 1, 128 + 9].contains(code)
        case .disconnected: false
        }
    }
}
