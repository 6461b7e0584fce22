internal import ByteStreams
internal import Communicator
internal import SFTP
internal import SocketStreams

/// Keeps one SSH connection to a machine: makes it, checks the host key, makes it anew when it is lost.
actor SSHLink {
    /// A connection on which commands can be run, and what its shell was found to be.
    struct Established: Sendable {
        let connection: SSHConnection
        let shell: RemoteShell
    }

    /// How long one attempt may take from the TCP connection to the login.
    static let attemptLimit: Duration = .seconds(30)
    /// How long the TCP connection of one attempt may take.
    static let dialLimit: Duration = .seconds(15)

    /// Makes the transport of one connection.
    typealias Dial = @Sendable () async throws -> any ByteStream

    /// The links of the commands in whose bodies the current task is, once for each command.
    @TaskLocal static var held: [ObjectIdentifier] = []

    let configuration: SSHConfiguration
    private let notes: SSHNotes
    private let dial: Dial
    private var current: Established?
    private var attempt: SharedAttempt<Established>?
    var files: (client: SFTPClient, connection: SSHConnection)?
    var filesAttempt: SharedAttempt<SFTPClient>?
    var transfers = 0
    /// How many wait for a channel to be closed; an SFTP channel must not be kept from them.
    private(set) var waitingForRoom = 0
    var chosen: (method: SSHFileTransferMethod, connection: SSHConnection)?
    var choice: SharedAttempt<SSHFileTransferMethod>?
    private(set) var isClosed = false
    /// The proof that the last connection was logged in with.
    private var lastProof: String?
    /// The host key of the first connection that logged in, and why it was accepted; the latest one
    /// if none is checked.
    private(set) var accepted: (key: HostKey, trust: HostKeyTrust)?

    /// A link that is not up yet; `dial` is TCP to the configured host unless something else is given.
    init(_ configuration: SSHConfiguration, notes: SSHNotes, dial: Dial? = nil) {
        self.configuration = configuration
        self.notes = notes
        self.dial =
            dial ?? {
                try await SocketStream.connect(
                    host: configuration.host,
                    port: configuration.port,
                    timeout: Self.dialLimit
                )
            }
    }

    // MARK: Connection

    /// The connection, made anew when the last one is over; callers at once share one attempt.
    func established() async throws -> Established {
        while true {
            if let current, await current.connection.failure == nil { return current }
            guard !isClosed else {
                throw error(.disconnected, "the communicator was closed on this side")
            }
            try Task.checkCancellation()
            if let made = try await currentAttempt().value() { return made }
        }
    }

    private func currentAttempt() -> SharedAttempt<Established> {
        if let attempt, !attempt.isOver { return attempt }
        let previous = attempt
        let next = SharedAttempt {
            await previous?.end()
            return try await self.connect()
        }
        attempt = next
        return next
    }

    private func connect() async throws -> Established {
        if let old = current {
            // Somebody may have connected while the caller found the last connection dead.
            if await old.connection.failure == nil { return old }
            await old.connection.close()
        }
        current = nil
        let hostKeys = try await HostKeyCheck.prepare(configuration, pinned: accepted?.key)
        var plan = try await LoginPlan.make(
            configuration.credentials,
            preferring: lastProof,
            target: configuration.target
        )
        while true {
            let (connection, key, trust) = try await greet(checking: hostKeys)
            do {
                if let made = try await logIn(over: connection, &plan) {
                    // Who refuses the login may be an installer, with a key that will not stay.
                    if accepted == nil || trust == .unchecked { accepted = (key, trust) }
                    return made
                }
                await connection.close()
            } catch {
                await connection.close()
                throw (error as? ChannelNotOpened)?.cause ?? error
            }
        }
    }

    /// Another connection to the same machine beside the one that is kept; the caller closes it.
    func another() async throws -> SSHConnection {
        let hostKeys = try await HostKeyCheck.prepare(configuration, pinned: accepted?.key)
        var plan = try await LoginPlan.make(
            configuration.credentials,
            preferring: lastProof,
            target: configuration.target
        )
        while true {
            let (connection, _, _) = try await greet(checking: hostKeys)
            do {
                let proof = try await connection.authenticate(
                    user: configuration.username,
                    plan: &plan,
                    within: Self.attemptLimit
                )
                if proof != nil { return connection }
            } catch {
                await connection.close()
                throw error
            }
            await connection.close()
        }
    }

    /// A connection whose host key is accepted; nothing that proves who we are was sent on it.
    private func greet(
        checking hostKeys: HostKeyCheck
    ) async throws -> (SSHConnection, HostKey, HostKeyTrust) {
        var types = hostKeys.preferredTypes
        var tried: Set<String> = []
        while true {
            let connection = try SSHConnection(target: configuration.target, notes: notes)
            do {
                await connection.start(over: try await transport())
                let key = try await connection.handshake(
                    preferring: types,
                    within: Self.attemptLimit
                )
                tried.formUnion(types + [key.type])
                let offered = await connection.offeredHostKeyTypes
                guard
                    let other = hostKeys.typeToAsk(insteadOf: key, from: offered, except: tried)
                else { return (connection, key, try hostKeys.trust(in: key)) }
                types = [other]
                await connection.close()
            } catch {
                await connection.close()
                throw error
            }
        }
    }

    /// Logs in and looks at the shell; `nil` when the rest of the plan needs another connection.
    private func logIn(
        over connection: SSHConnection,
        _ plan: inout LoginPlan
    ) async throws -> Established? {
        lastProof = try await connection.authenticate(
            user: configuration.username,
            plan: &plan,
            within: Self.attemptLimit
        )
        guard lastProof != nil else { return nil }
        let shell = try await RemoteShell.probe(connection, outputGrace: configuration.outputGrace)
        let made = Established(connection: connection, shell: shell)
        guard !isClosed else { throw error(.disconnected, "closed while connecting") }
        current = made
        return made
    }

    private func transport() async throws -> any ByteStream {
        do {
            return try await dial()
        } catch let failure as SocketError {
            throw error(.connectionFailed, failure.description)
        }
    }

    /// Ends the connection and refuses new ones.
    func close() async {
        isClosed = true
        let (files, current) = (self.files, self.current)
        self.files = nil
        self.current = nil
        await attempt?.end()
        await filesAttempt?.end()
        await choice?.end()
        await files?.client.close()
        await current?.connection.close()
    }

    private func error(_ code: CommunicatorError.Code, _ detail: String) -> CommunicatorError {
        CommunicatorError(
            code,
            operation: "connecting to",
            target: configuration.target,
            detail: detail
        )
    }

    // MARK: Channels

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
            do {
                return try await body(established)
            } catch let refusal as ChannelNotOpened {
                switch refusal.cause.code {
                case .disconnected, .deadlineExceeded:
                    guard !hasReconnected else { throw refusal.cause }
                    hasReconnected = true
                case .channelRefused:
                    guard try await makeRoom(on: established.connection, &pauses) else {
                        throw refusal.cause
                    }
                default:
                    throw refusal.cause
                }
            }
        }
    }

    /// After the server refused a channel, waits for what may let it take one (`MaxSessions`).
    ///
    /// False when nothing of ours is in the way.
    private func makeRoom(on connection: SSHConnection, _ pauses: inout Int) async throws -> Bool {
        if files != nil, transfers == 0 {
            await dropFiles()
            return true
        }
        waitingForRoom += 1
        defer { waitingForRoom -= 1 }
        // What waits here for a command whose body it is part of would wait for ever.
        let held = Self.held.count { $0 == ObjectIdentifier(self) }
        guard await connection.channelCount > held || held == 0 else { return false }
        if await connection.channelCount > 0 {
            try await connection.waitForClosedChannel()
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
