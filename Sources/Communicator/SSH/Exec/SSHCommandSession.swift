internal import Communicator
internal import Deadlines

/// A command on a channel of an ``SSHConnection``.
actor SSHCommandSession: CommandSession {
    /// How many seconds a process tree gets between TERM and KILL.
    private static let terminationGrace = 2
    /// How long a command that has just been started may take to tell its process id.
    private static let answerLimit: Duration = .seconds(2)
    /// How long the ending of a process tree may take in all.
    private static let terminationLimit: Duration = .seconds(10)

    nonisolated let connection: SSHConnection
    private let channel: Int
    /// Its channel, which is open as long as the body goes on.
    nonisolated var held: HeldChannel { HeldChannel(channel, of: connection) }
    private let shell: RemoteShell
    /// `nil` where there is no POSIX shell: nothing can be proven then.
    private let proof: ProvenCommand?
    private let allowsUnprovenSuccess: Bool
    /// Whether the standard input is a watcher's, who takes its end for the end of the connection.
    private let isWatched: Bool
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
        if command.endsWithConnection, !command.standardInput.isEmpty {
            throw CommunicatorError(
                .invalidConfiguration,
                operation: "running a command on",
                target: configuration.target,
                detail: "a command that ends with its connection can be given no standard input"
            )
        }
        let proof: ProvenCommand?
        switch shell {
        case .posix, .translated:
            proof = ProvenCommand(command.text, endsWithConnection: command.endsWithConnection)
        case .foreign, .absent: proof = nil
        }
        let knowsStatus = SSHCapabilities.current.knowsExitStatus
        if !configuration.allowsUnprovenSuccess,
            let (detail, remedy) = shell.refusal(provesStatus: knowsStatus)
        {
            throw CommunicatorError(
                .unsupported,
                operation: "running a command on",
                target: configuration.target,
                detail: detail,
                remedy: remedy
            )
        }
        let text = try shell.text(of: proof?.text ?? command.text, target: configuration.target)
        let channel = try await connection.openChannel(
            .exec(text),
            outputGrace: command.outputGrace ?? configuration.outputGrace,
            isShielded: true
        )
        return SSHCommandSession(
            connection: connection,
            channel: channel,
            shell: shell,
            proof: proof,
            allowsUnprovenSuccess: configuration.allowsUnprovenSuccess,
            isWatched: proof != nil && command.endsWithConnection,
            notes: notes,
            dialAnother: dialAnother
        )
    }

    private init(
        connection: SSHConnection,
        channel: Int,
        shell: RemoteShell,
        proof: ProvenCommand?,
        allowsUnprovenSuccess: Bool,
        isWatched: Bool,
        notes: SSHNotes,
        dialAnother: @escaping DialAnother
    ) {
        self.connection = connection
        self.channel = channel
        self.shell = shell
        self.proof = proof
        self.allowsUnprovenSuccess = allowsUnprovenSuccess
        self.isWatched = isWatched
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
        guard !isWatched else { return }
        await connection.finishWriting(channel)
    }

    func waitForExit() async throws -> RemoteCmd.End {
        let end = try await connection.waitForEnd(channel)
        await connection.closeChannel(channel)
        let status = judge(end.evidence)
        if status == .exited(0), !end.isOutputWhole {
            // Who relies on the success relies on the output.
            let cause = end.cause ?? "the server ended the session in the middle of it"
            let detail = "it exited with 0, but its output is cut off: \(cause)"
            return RemoteCmd.End(.disconnected, detail: detail)
        }
        guard status == .disconnected else {
            return RemoteCmd.End(status, leavesOutputOpen: end.isAbandoned)
        }
        let cause = end.cause ?? "the server ended the session without an exit status"
        return RemoteCmd.End(status, detail: cause)
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
            let ended = await succeeds(within: Self.terminationLimit) {
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
        let token = proof?.token ?? ""
        let script = ProcessTreeEnd.script(
            leader: leader,
            token: token,
            grace: Self.terminationGrace
        )
        do {
            _ = try await connection.output(of: Array(script.utf8), through: shell)
        } catch let refusal as ChannelNotOpened where refusal.cause.code == .channelRefused {
            let other = try await dialAnother()
            do {
                // Behind one address there may be several machines.
                let isOurs = ProcessTreeEnd.condition(leader: leader, token: token)
                let search = Array((isOurs + script).utf8)
                let said = try await other.output(of: search, through: shell)
                let answer = ProcessTreeEnd.notFound(token)
                guard !String(decoding: said, as: UTF8.self).contains(answer) else {
                    throw ProcessTreeEnd.NotFound()
                }
            } catch {
                await other.close()
                throw error
            }
            await other.close()
        }
    }

    /// Waits for the process id of a command that is ended right after its start.
    private func findLeader() async {
        _ = await succeeds(within: Self.answerLimit) {
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
