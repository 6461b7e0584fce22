public import Communicator
public import Logging

/// A machine reached over SSH, on the system's libssh2.
///
/// One connection carries everything; commands and transfers share it. When it is lost it is
/// made anew, with the same host key or not at all, as soon as something new is to be done; what was
/// under way ends as `RemoteCmd/ExitStatus/disconnected` or with an error.
///
/// **Host key.** ``SSHConfiguration/hostKeys`` decides, before any byte of authentication is sent. The
/// key of the first connection is pinned for the life of the communicator.
///
/// **Login shells.** A command is read by the user's login shell when that is a POSIX shell. Where it
/// is another one that can start `/bin/sh` (fish, csh, tcsh), `/bin/sh` reads it in its place; such a
/// command may take up 131,071 bytes as it is sent, with five for each byte that is no plain
/// character, and is refused with `.commandNotStarted` past that. Where commands are not run at all
/// (`nologin`, a forced command), each is refused with `.unsupported` and what was found instead.
///
/// **Exit statuses** are proven: `.exited(0)` is only said when the far side said it. Where there is
/// no way to a POSIX shell and libssh2 is older than 1.11.2, that cannot be known; commands are then
/// refused with `.unsupported`, unless ``SSHConfiguration/allowsUnprovenSuccess`` is set.
///
/// **Dead peers.** A server that is silent is asked for a sign of life, and when none comes the
/// connection is over, 20 seconds after the last byte (``SSHConfiguration/keepAliveInterval``).
///
/// **Restarts.** After a command that was expected to take the connection down
/// (`RemoteCmd/disconnect`), the next operation waits until the machine has proven that it is back.
///
/// **Cancellation** ends the remote process tree over a second channel, or a second
/// connection where the server has no other channel: TERM, two seconds, KILL.
///
/// Call ``close()`` when done; letting go of it does the same, at some later time.
public final class SSHCommunicator: Communicator {
    let configuration: SSHConfiguration
    let notes: SSHNotes
    let link: SSHLink

    private init(
        _ configuration: SSHConfiguration,
        notes: SSHNotes,
        dial: SSHLink.Dial?,
        waiting: @escaping @Sendable (SSHWaiting) -> Void
    ) {
        self.configuration = configuration
        self.notes = notes
        link = SSHLink(configuration, notes: notes, dial: dial, waiting: waiting)
    }

    deinit {
        // The connection keeps itself alive while it stands, and nobody else could end it now.
        Task { [link] in await link.close() }
    }

    /// Connects to a machine, trying again until it answers.
    ///
    /// Attempts are repeated with growing pauses until ``SSHConfiguration/timeout``; each makes one
    /// TCP connection. Refused logins are repeated ``SSHConfiguration/handshakeAttempts`` times (a
    /// machine that is being installed may answer before its user exists).
    ///
    /// - Parameters:
    ///   - configuration: How to reach the machine.
    ///   - log: What the communicator reports beside its results.
    ///   - waiting: Called after every failed attempt that will be repeated, now and when the machine
    ///     is waited for after an expected disconnect.
    ///   - warning: Called, from any task, with what went another way than it should but kept
    ///     nothing from succeeding: a sentence for the user. It goes to the log as well.
    /// - Returns: A communicator whose connection stands.
    /// - Throws: `CommunicatorError`: `.connectionTimedOut` with the last cause, or the cause
    ///   itself when trying again cannot help; `CancellationError`.
    @concurrent
    public static func connect(
        _ configuration: SSHConfiguration,
        log: Logger = Logger(label: "ssh"),
        waiting: @escaping @Sendable (SSHWaiting) -> Void = { _ in },
        warning: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> SSHCommunicator {
        let notes = SSHNotes(log: log, warning: warning)
        return try await connect(configuration, notes: notes, dial: nil, waiting: waiting)
    }

    @concurrent
    static func connect(
        _ configuration: SSHConfiguration,
        notes: SSHNotes = SSHNotes(),
        dial: SSHLink.Dial?,
        waiting: @escaping @Sendable (SSHWaiting) -> Void
    ) async throws -> SSHCommunicator {
        let communicator = SSHCommunicator(
            configuration,
            notes: notes,
            dial: dial,
            waiting: waiting
        )
        do {
            let link = communicator.link
            let wait = ConnectionWait(
                configuration,
                waiting: waiting,
                stage: { await link.stage }
            )
            try await wait.run { _ = try await link.established() }
        } catch {
            await communicator.close()
            throw error
        }
        return communicator
    }

    /// The host key's fingerprint, `SHA256:...`; empty before the first connection.
    public var hostKeyFingerprint: String {
        get async { await link.accepted?.key.fingerprint ?? "" }
    }

    /// Why the host key of the first connection was accepted; `nil` before that.
    public var hostKeyTrust: HostKeyTrust? {
        get async { await link.accepted?.trust }
    }

    /// Ends the connection; everything that is under way fails with `.disconnected`.
    public func close() async {
        await link.close()
    }
}
