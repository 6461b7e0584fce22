public import Communicator

extension SSHCommunicator {
    /// Runs a command through the user's login shell, or `/bin/sh` where that is no POSIX shell; see
    /// `Communicator/run(_:_:)`.
    public func run<Value: Sendable>(
        _ command: RemoteCmd,
        _ body: (RemoteCmd.Execution) async throws -> Value
    ) async throws -> RemoteCmd.Result<Value> {
        guard case .expected(let limit) = command.disconnect else {
            return try await execute(command, body).result
        }
        let before = try await link.identity()
        do {
            var (result, established) = try await execute(command, body)
            result.end = await link.settled(
                result.end,
                of: established,
                ReturnExpectation(end: .now + limit, limit: limit, before: before)
            )
            return result
        } catch let error as CommunicatorError where error.code == .disconnected {
            // It may have begun, and taken the machine down before that could be told.
            await link.expectReturn(
                ReturnExpectation(end: .now + limit, limit: limit, before: before)
            )
            throw error
        }
    }

    private func execute<Value: Sendable>(
        _ command: RemoteCmd,
        _ body: (RemoteCmd.Execution) async throws -> Value
    ) async throws -> (result: RemoteCmd.Result<Value>, on: SSHLink.Established) {
        let (session, established) = try await link.withChannel {
            [configuration, notes, link] established in
            let session = try await SSHCommandSession.start(
                command,
                on: established.connection,
                shell: established.shell,
                configuration: configuration,
                notes: notes,
                dialAnother: { try await link.logIn() }
            )
            return (session, established)
        }
        let result = try await HeldChannel.$current.withValue(
            HeldChannel.current.union([session.held])
        ) {
            try await withSession(session, for: command, body)
        }
        return (result, established)
    }
}
