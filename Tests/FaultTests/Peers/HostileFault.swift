import Communicator
import SSHCommunicator
import Synchronization
import TestSupport

/// What a hostile server does, and what may come of it.
struct HostileFault: Sendable {
    /// What came of it on this side.
    enum Verdict: Hashable, Sendable {
        /// No connection came about, or the command was not run.
        case failed(CommunicatorError.Code)
        /// A command was run, and ended so.
        case ended(RemoteCmd.ExitStatus, output: String)
    }

    /// The command that scripts wait for; an honest server makes ``honest`` of it.
    static let command = "echo evil; exit 3"
    static let honest = Verdict.ended(.exited(3), output: "evil\n")

    /// What is promised of most.
    static let usualLimit = Duration.seconds(3)

    let name: String
    /// What may come of it.
    let allowed: Set<Verdict>
    /// From the fault to the verdict, at most.
    let limit: Duration
    let input: RemoteCmd.StandardInput
    let deadline: Duration?
    /// What the server does; `true` goes to the second argument when the fault begins.
    let script: @Sendable (SSHPeer, @Sendable () -> Void) async throws -> Void

    init(
        _ name: String,
        _ allowed: Set<Verdict>,
        within limit: Duration = usualLimit,
        input: RemoteCmd.StandardInput = .empty,
        deadline: Duration? = nil,
        _ script: @escaping @Sendable (SSHPeer, @Sendable () -> Void) async throws -> Void
    ) {
        self.name = name
        self.allowed = allowed
        self.limit = limit
        self.input = input
        self.deadline = deadline
        self.script = script
    }

    /// Whether nothing is wrong with it.
    var isHonest: Bool { allowed == [Self.honest] }

    /// Meets the server, and runs the command where a connection comes about.
    func happen() async throws -> (verdict: Verdict, detail: String, after: Duration) {
        let begun = Mutex<ContinuousClock.Instant?>(nil)
        return try await PeerServer.serving { socket in
            try await script(SSHPeer(socket)) { begun.withLock { $0 = $0 ?? .now } }
        } _: { server in
            let (verdict, detail) = try await within(.seconds(50), "an end") {
                try await meet(server)
            }
            guard let start = begun.withLock({ $0 }) else {
                throw SSHPeer.Unexpected(
                    description: "ended before the fault: \(verdict) \(detail)"
                )
            }
            return (verdict, detail, start.duration(to: .now))
        }
    }

    private func meet(_ server: PeerServer) async throws -> (Verdict, String) {
        do {
            let ssh = try await firstAttempt(server)
            let command = RemoteCmd(Self.command, standardInput: input, deadline: deadline)
            do {
                let result = try await ssh.run(command) { execution in
                    var output: [UInt8] = []
                    for try await case .standardOutput(let bytes) in execution.output {
                        output += bytes
                    }
                    return String(decoding: output.prefix(64), as: UTF8.self)
                }
                await ssh.close()
                return (.ended(result.status, output: result.value), result.detail ?? "")
            } catch {
                await ssh.close()
                throw error
            }
        } catch let error as CommunicatorError {
            return (.failed(error.code), error.description)
        }
    }

    /// One attempt to connect; its failure is the error, not that of all attempts.
    private func firstAttempt(_ server: PeerServer) async throws -> SSHCommunicator {
        var configuration = SSHConfiguration(
            host: "127.0.0.1",
            port: server.port,
            username: "somebody",
            credentials: [.password("something")],
            timeout: .seconds(60),
            handshakeAttempts: 1
        )
        configuration.hostKeys.knownHostsFiles = []
        configuration.outputGrace = .seconds(1)
        let (failures, found) = AsyncStream.makeStream(of: CommunicatorError.self)
        return try await withThrowingTaskGroup(of: SSHCommunicator.self) { [configuration] group in
            group.addTask {
                try await SSHCommunicator.connect(configuration) { found.yield($0.reason) }
            }
            group.addTask {
                for await failure in failures { throw failure }
                throw CancellationError()
            }
            defer { group.cancelAll() }
            guard let ssh = try await group.next() else { throw CancellationError() }
            return ssh
        }
    }
}
