internal import Communicator

/// What a command that was expected to take the connection down has come to.
extension SSHLink {
    /// How long a connection may outlive a command that a shutdown seems to have ended.
    private static let farewell: Duration = .seconds(10)

    /// What the machine shows now; `nil` when it cannot be read.
    func identity() async throws -> MachineIdentity? {
        let established = try await established()
        let found = try? await MachineIdentity.read(established)
        try Task.checkCancellation()
        return found
    }

    /// The end of a command that was expected to take the connection down, told from other ends.
    ///
    /// When it did, or the machine is on its way down, the next connection has to meet
    /// `expectation`.
    func settled(
        _ end: RemoteCmd.End,
        of established: Established,
        _ expectation: ReturnExpectation
    ) async -> RemoteCmd.End {
        let connection = established.connection
        guard end.status == .disconnected || Self.isShutdownLike(end.status) else {
            if await isLeaving(established, expectation) { expectReturn(expectation) }
            return end
        }
        guard await connection.ends(within: Self.farewell) else { return end }
        expectReturn(expectation)
        guard end.status != .disconnected else { return end }
        let cause = await connection.failure?.detail ?? "it is over"
        return RemoteCmd.End(
            .disconnected,
            detail: "\(end.status), and then the connection ended: \(cause)"
        )
    }

    /// Whether a machine goes down after a command that ended well, as `reboot` does; returns when
    /// the connection has ended then.
    private func isLeaving(
        _ established: Established,
        _ expectation: ReturnExpectation
    ) async -> Bool {
        let now = try? await MachineIdentity.read(established)
        if await established.connection.failure != nil { return true }
        guard let now, now.isStopping, expectation.before?.isStopping != true else { return false }
        return await established.connection.ends(within: expectation.left)
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
