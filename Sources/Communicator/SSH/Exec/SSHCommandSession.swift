internal import Communicator

/// A command on a channel of an ``SSHConnection``.
actor SSHCommandSession: CommandSession {
    /// How many seconds a process tree gets between TERM and KILL.
    private static let terminationGrace = 2
    /// How long a command that has just been started may take to tell its process id.
    private static let answerLimit: Duration = .seconds(2)
    /// How long the ending of a process tree may take in all.
    private static let terminationLimit: Duration = .seconds(10)

    private let connection: SSHConnection
    private let channel: Int
    /// Its channel, which is open as long as the body goes on.
    nonisolated var held: HeldChannel { HeldChannel(channel, of: connection) }
    /// `nil` where the far shell is no POSIX shell: nothing can be proven then.
    private let proof: ProvenCommand?
    private let allowsUnprovenSuccess: Bool
    private var marker: StartMarker?
    private var isReading = false
    private var leaderWaiters: [CheckedContinuation<Void, Never>] = []
    private let notes: SSHNotes
    /// Makes another connection to the machine, for a server that has no second channel on this one.
    private let dialAnother: DialAnother

    typealias DialAnother = @Sendable () async throws -> SSHConnection

    /// Starts `command` on a channel of its own.
    static func start(
        _ command: RemoteCmd,
        on connection: SSHConnection,
        shell: RemoteShell,
        configuration: SSHConfiguration,
        notes: SSHNotes,
        dialAnother: @escaping DialAnother
    ) async throws -> SSHCommandSession {
        let proof: ProvenCommand?
        switch shell {
        case .posix:
            proof = ProvenCommand(command.text)
        case .foreign(let finding):
            proof = nil
            if !configuration.allowsUnprovenSuccess, !SSHCapabilities.current.knowsExitStatus {
                throw CommunicatorError(
                    .unsupported,
                    operation: "running a command on",
                    target: configuration.target,
                    detail: "\(finding). A success of it could not be told from a lost connection",
                    remedy:
                        "Give the user a POSIX login shell such as /bin/sh, or log in as another."
                )
            }
        }
        let channel = try await connection.openChannel(
            .exec(proof?.text ?? command.text),
            outputGrace: configuration.outputGrace,
            isShielded: true
        )
        return SSHCommandSession(
            connection: connection,
            channel: channel,
            proof: proof,
            allowsUnprovenSuccess: configuration.allowsUnprovenSuccess,
            notes: notes,
            dialAnother: dialAnother
        )
    }

    private init(
        connection: SSHConnection,
        channel: Int,
        proof: ProvenCommand?,
        allowsUnprovenSuccess: Bool,
        notes: SSHNotes,
        dialAnother: @escaping DialAnother
    ) {
        self.connection = connection
        self.channel = channel
        self.proof = proof
        self.allowsUnprovenSuccess = allowsUnprovenSuccess
        self.marker = proof.map { StartMarker(token: $0.token) }
        self.notes = notes
        self.dialAnother = dialAnother
    }

    func nextOutput() async throws -> RemoteCmd.OutputChunk? {
        // The body may read while the end of the command looks for its process id.
        while isReading {
            await waitForReader()
            try Task.checkCancellation()
        }
        isReading = true
        defer {
            isReading = false
            tellLeaderWaiters()
        }
        return try await readOutput()
    }

    private func readOutput() async throws -> RemoteCmd.OutputChunk? {
        while let chunk = try await connection.nextOutput(channel) {
            guard case .standardError(let bytes) = chunk else { return chunk }
            let passed = marker?.filter(bytes) ?? bytes
            if hasBegun { tellLeaderWaiters() }
            if !passed.isEmpty { return .standardError(passed) }
        }
        let rest = marker?.finish() ?? []
        return rest.isEmpty ? nil : .standardError(rest)
    }

    func writeInput(_ bytes: [UInt8]) async throws {
        try await connection.write(channel, bytes)
    }

    func finishInput() async throws {
        await connection.finishWriting(channel)
    }

    func waitForExit() async throws -> (status: RemoteCmd.ExitStatus, detail: String?) {
        let end = try await connection.waitForEnd(channel)
        await connection.closeChannel(channel)
        let status = judge(end.evidence)
        if status == .exited(0), !end.isOutputWhole {
            // Who relies on the success relies on the output.
            let cause = end.cause ?? "the server ended the session in the middle of it"
            return (.disconnected, "it exited with 0, but its output is cut off: \(cause)")
        }
        guard status == .disconnected else { return (status, nil) }
        return (status, end.cause ?? "the server ended the session without an exit status")
    }

    private func judge(_ evidence: ExitEvidence) -> RemoteCmd.ExitStatus {
        if let proof { return proof.judge(evidence, hasBegun: marker?.isFound ?? false) }
        if let name = evidence.signal { return .signaled(name) }
        if evidence.hasStatus == true || evidence.status != 0 { return .exited(evidence.status) }
        return allowsUnprovenSuccess && evidence.hasStatus == nil
            ? .exited(0) : .disconnected
    }

    func terminate() async {
        await findLeader()
        if let leader = marker?.processID {
            let ended = await withDeadline(Self.terminationLimit) {
                try await self.endTree(of: leader)
            }
            if !ended {
                notes.warn(
                    "the process tree of a command could not be ended; its leader is \(leader)"
                )
            }
        }
        await connection.closeChannel(channel)
    }

    private func endTree(of leader: Int) async throws {
        let script = ProcessTreeEnd.script(leader: leader, grace: Self.terminationGrace)
        do {
            _ = try await Self.run(script, on: connection)
        } catch let refusal as ChannelNotOpened where refusal.cause.code == .channelRefused {
            let other = try await dialAnother()
            do {
                // Behind one address there may be several machines.
                let token = proof?.token ?? ""
                let isOurs = ProcessTreeEnd.condition(leader: leader, token: token)
                let said = try await Self.run(isOurs + script, on: other)
                if said.contains(ProcessTreeEnd.notFound(token)) { throw ProcessTreeEnd.NotFound() }
            } catch {
                await other.close()
                throw error
            }
            await other.close()
        }
    }

    /// Runs a script to its end and gives the last of what it said; the login shell may say more.
    private static func run(
        _ script: String,
        on connection: SSHConnection
    ) async throws -> String {
        var said: [UInt8] = []
        let channel = try await connection.openChannel(.exec(Array(script.utf8)))
        do {
            while let chunk = try await connection.nextOutput(channel) {
                if case .standardOutput(let bytes) = chunk { said = (said + bytes).suffix(4_096) }
            }
        } catch {
            await connection.closeChannel(channel)
            throw error
        }
        await connection.closeChannel(channel)
        return String(decoding: said, as: UTF8.self)
    }

    /// Waits for the process id of a command that is ended right after its start.
    private func findLeader() async {
        _ = await withDeadline(Self.answerLimit) {
            while await self.needsLeader {
                if await self.isReading {
                    await self.waitForReader()
                } else if try await self.nextOutput() == nil {
                    return
                }
            }
        }
        tellLeaderWaiters()
    }

    private var hasBegun: Bool { marker?.isFound ?? true }
    private var needsLeader: Bool { !hasBegun && !Task.isCancelled }

    /// Suspends until whoever reads the output has seen the marker, or has stopped reading.
    private func waitForReader() async {
        guard isReading else { return }
        await withTaskCancellationHandler {
            await withCheckedContinuation { leaderWaiters.append($0) }
        } onCancel: {
            Task { await self.tellLeaderWaiters() }
        }
    }

    private func tellLeaderWaiters() {
        let waiting = leaderWaiters
        leaderWaiters = []
        for waiter in waiting { waiter.resume() }
    }
}

/// Runs `body` for at most `limit`; false when it failed or did not end in time.
func withDeadline(
    _ limit: Duration,
    _ body: @escaping @Sendable () async throws -> Void
) async -> Bool {
    await withTaskGroup(of: Bool.self) { group in
        group.addTask {
            do { try await body() } catch { return false }
            return true
        }
        group.addTask {
            try? await Task.sleep(for: limit, clock: .continuous)
            return false
        }
        let ended = await group.next() ?? false
        group.cancelAll()
        return ended
    }
}
