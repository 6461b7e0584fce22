internal import ByteStreams
internal import Communicator
internal import Logging
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
    /// How long the handshake may take with a machine whose last connection was lost: it is known to
    /// answer, unless it is dead still.
    private static let handshakeLimitAfterLoss = PeerWatch.Rule.answerLimit
    /// How long the TCP connection of one attempt may take.
    static let dialLimit: Duration = .seconds(15)

    /// Makes the transport of one connection.
    typealias Dial = @Sendable () async throws -> any ByteStream

    let configuration: SSHConfiguration
    let notes: SSHNotes
    private let dial: Dial
    private var current: Established?
    /// Whether the last connection was lost, and not because that was expected.
    private var hasLostOne = false
    private var attempt: SharedAttempt<Established>?
    /// What the next connection has to prove; `nil` for nothing.
    private var expectation: ReturnExpectation?
    private let waiting: @Sendable (SSHWaiting) -> Void
    var files: SFTPChannel?
    var filesAttempt: SharedAttempt<SFTPChannel>?
    var transfers = 0
    /// The channels that are held by each task that waits for another one.
    var waiters: [UInt64: Set<Int>] = [:]
    var lastWaiter: UInt64 = 0
    var chosen: (method: SSHFileTransferMethod, connection: SSHConnection)?
    private(set) var isClosed = false
    /// What the present attempt to connect is at, as the subject of a sentence.
    private(set) var stage = "the attempt"
    /// The proof that the last connection was logged in with.
    private var lastProof: String?
    /// The host key of the first connection that logged in, and why it was accepted; the latest one
    /// if none is checked.
    private(set) var accepted: (key: HostKey, trust: HostKeyTrust)?

    /// A link that is not up yet; `dial` is TCP to the configured host unless something else is given.
    init(
        _ configuration: SSHConfiguration,
        notes: SSHNotes,
        dial: Dial? = nil,
        waiting: @escaping @Sendable (SSHWaiting) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.notes = notes
        self.waiting = waiting
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
            guard let loss = await old.connection.failure else { return old }
            await old.connection.close()
            tell(loss)
        }
        current = nil
        let made: Established
        if let expectation {
            made = try await returned(expectation)
        } else {
            made = try await reach()
        }
        guard !isClosed else {
            await made.connection.close()
            throw error(.disconnected, "closed while connecting")
        }
        current = made
        hasLostOne = false
        return made
    }

    /// Tells of a lost connection before the next one is tried, which may take long or fail.
    private func tell(_ loss: CommunicatorError) {
        guard expectation == nil else { return }
        hasLostOne = true
        notes.warn(
            "the connection to \(configuration.target) was lost, and is made again: \(loss.detail)"
        )
    }

    /// Has the next connection wait for the machine, and prove that it will stay.
    func expectReturn(_ expectation: ReturnExpectation) { self.expectation = expectation }

    private func returned(_ expected: ReturnExpectation) async throws -> Established {
        let wait = ReturnWait(
            expectation: expected,
            configuration: configuration,
            notes: notes,
            stage: { await self.stage },
            waiting: waiting
        )
        do {
            let made = try await wait.run { try await self.reach() }
            expectation = nil
            return made
        } catch let error as CommunicatorError {
            // The time for its return is over; whoever tries again gets one attempt.
            expectation = nil
            throw error
        }
    }

    /// A new connection on which commands can be run.
    private func reach() async throws -> Established {
        let connection = try await logIn()
        stage = "the first command"
        do {
            let shell = try await RemoteShell.probe(
                connection,
                outputGrace: configuration.outputGrace
            )
            if case .translated = shell {
                notes.log.info("the login shell is no POSIX shell; /bin/sh reads the commands")
            }
            return Established(connection: connection, shell: shell)
        } catch {
            await connection.close()
            throw (error as? ChannelNotOpened)?.cause ?? error
        }
    }

    /// A new connection that is logged in, beside the one that is kept if there is one; the caller
    /// closes it.
    func logIn() async throws -> SSHConnection {
        let hostKeys = try await HostKeyCheck.prepare(configuration, pinned: accepted?.key)
        var plan = try await LoginPlan.make(
            configuration.credentials,
            preferring: lastProof,
            target: configuration.target
        )
        while true {
            let (connection, key, trust) = try await greet(checking: hostKeys)
            stage = "the login"
            do {
                let proof = try await connection.authenticate(
                    user: configuration.username,
                    plan: &plan,
                    within: Self.attemptLimit
                )
                if let proof {
                    lastProof = proof
                    // Who refuses the login may be an installer, with a key that will not stay.
                    if accepted == nil || trust == .unchecked { accepted = (key, trust) }
                    return connection
                }
            } catch {
                await connection.close()
                throw Self.failureToConnect(error)
            }
            // The rest of the plan needs another connection.
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
            let connection = try SSHConnection(
                target: configuration.target,
                notes: notes,
                watch: configuration.watch
            )
            do {
                stage = "the TCP connection"
                await connection.start(over: try await transport())
                stage = "the SSH handshake"
                let key = try await connection.handshake(
                    preferring: types,
                    within: hasLostOne ? Self.handshakeLimitAfterLoss : Self.attemptLimit
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
                throw Self.failureToConnect(error)
            }
        }
    }

    /// A server that falls silent before the end of the login was asked for nothing yet, so whoever
    /// asked may try again.
    private static func failureToConnect(_ error: any Error) -> any Error {
        guard var failure = error as? CommunicatorError, failure.code == .deadlineExceeded else {
            return error
        }
        failure.code = .connectionFailed
        return failure
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
}
