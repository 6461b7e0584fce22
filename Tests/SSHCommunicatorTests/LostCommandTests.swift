import Communicator
import TestSupport
import Testing

@testable import SSHCommunicator

/// Each way in which a command can be lost, told from success and from the others, through a POSIX
/// shell and through those that are none.
@Suite(.timeLimit(.minutes(2))) struct LostCommandTests {
    /// What happens to a command that would exit with 0.
    enum Loss: CaseIterable {
        case killedServer, endedServer, timedOutSession, reset, closedHere
        case killed, likeKilled, cancelled, deadline, none
    }

    /// How a command ends: its status with the reason, or what is thrown.
    private func end(_ loss: Loss, user: String) async throws -> String {
        let server = try DockerServer(loss == .timedOutSession ? .channelTimeout : .standard)
        let relay = try await FaultProxy(port: server.port)
        var configuration = try server.configuration(user: user)
        configuration.port = UInt16(relay.port)
        let ssh = try await SSHCommunicator.connect(configuration)
        let text =
            switch loss {
            case .killedServer: "echo begun; kill -KILL $PPID; sleep 30"
            case .endedServer: "echo begun; kill -TERM $PPID; sleep 30"
            case .timedOutSession: "echo begun; sleep 5"
            case .killed: "echo begun; kill -KILL $$"
            case .likeKilled: "echo begun; exit 137"
            case .none: "echo begun"
            case .reset, .closedHere, .cancelled, .deadline: "echo begun; sleep 30"
            }
        let command = RemoteCmd(text, deadline: loss == .deadline ? .seconds(2) : nil)
        let running = Task {
            try await ssh.run(command) { execution in
                for try await _ in execution.output {
                    if loss == .reset { relay.inject(.reset) }
                    if loss == .closedHere { await ssh.close() }
                    if loss == .cancelled { unsafe withUnsafeCurrentTask { unsafe $0?.cancel() } }
                }
            }
        }
        let told: String
        do {
            let result = try await running.value
            told = "\(result.status): \(result.detail ?? "")"
        } catch let error as CommunicatorError {
            told = "\(error.code)"
        } catch is CancellationError {
            told = "cancelled"
        }
        await ssh.close()
        try await relay.close()
        return told
    }

    @Test(arguments: ["packer", "user-fish", "user-csh", "user-tcsh"])
    func `are told from success and from each other`(user: String) async throws {
        let ends = try await withThrowingTaskGroup(of: (Loss, String).self) { group in
            for loss in Loss.allCases {
                group.addTask { (loss, try await self.end(loss, user: user)) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(ends[.none] == "exit status 0: ")
        #expect(ends[.likeKilled] == "exit status 137: ")
        #expect(ends[.killed] == "killed by signal KILL: ")
        #expect(ends[.cancelled] == "cancelled")
        #expect(ends[.deadline] == "deadlineExceeded")
        let session = ends[.timedOutSession] ?? ""
        #expect(session.hasPrefix("disconnected"), "\(session)")
        #expect(session.hasSuffix("the server ended the session without an exit status"))
        for loss in [Loss.killedServer, .endedServer, .reset, .closedHere] {
            let told = ends[loss] ?? ""
            #expect(told.hasPrefix("disconnected before its end was seen: "), "\(loss): \(told)")
            #expect(told != session && !told.hasSuffix(": "), "\(loss): \(told)")
        }
        #expect(ends[.closedHere] != ends[.reset])
    }
}
