internal import Communicator

/// A channel that stays open as long as the current task goes on: it is in the body of a command, or
/// of a transfer over SFTP.
struct HeldChannel: Hashable {
    let connection: ObjectIdentifier
    let channel: Int

    init(_ channel: Int, of connection: SSHConnection) {
        self.connection = ObjectIdentifier(connection)
        self.channel = channel
    }

    /// Those of the current task.
    @TaskLocal static var current: Set<HeldChannel> = []
}

/// New channels, on a server that may have few of them (`MaxSessions`).
extension SSHLink {
    /// Does what needs a new channel; once more on a new connection when none could be opened.
    ///
    /// `ChannelNotOpened` proves that nothing was started, so trying again repeats nothing.
    func withChannel<Value: Sendable>(
        _ body: @Sendable (Established) async throws -> Value
    ) async throws -> Value {
        var hasReconnected = false
        var pauses = 0
        while true {
            let established = try await established()
            let closed = await established.connection.closedChannels
            do {
                return try await body(established)
            } catch let refusal as ChannelNotOpened {
                switch refusal.cause.code {
                case .disconnected, .deadlineExceeded:
                    guard !hasReconnected else { throw refusal.cause }
                    hasReconnected = true
                case .channelRefused:
                    guard try await makeRoom(on: established.connection, since: closed, &pauses)
                    else { throw refusal.cause }
                default:
                    throw refusal.cause
                }
            }
        }
    }

    /// After the server refused a channel, waits for what may let it take one.
    ///
    /// `closed` counts the channels that were closed before it refused. False when nothing of ours is
    /// in the way, or only what waits for the caller itself.
    private func makeRoom(
        on connection: SSHConnection,
        since closed: UInt64,
        _ pauses: inout Int
    ) async throws -> Bool {
        if files != nil, transfers == 0 {
            await dropFiles()
            return true
        }
        let own = HeldChannel.current.filter { $0.connection == ObjectIdentifier(connection) }
        lastWaiter += 1
        let number = lastWaiter
        waiters[number] = Set(own.map(\.channel))
        defer { waiters[number] = nil }
        // Where all that is open is held by those who wait, all would wait for ever.
        let stuck = own.isEmpty ? [] : waiters.values.reduce(into: Set()) { $0.formUnion($1) }
        if try await connection.waitForClosedChannel(since: closed, beside: stuck) {
            pauses = 0
            return true
        }
        // The server frees a session's place only once it has reaped its process.
        guard pauses < 6 else { return false }
        try await Task.sleep(for: .milliseconds(50 << pauses), clock: .continuous)
        pauses += 1
        return true
    }
}
