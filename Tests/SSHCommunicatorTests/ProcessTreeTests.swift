import Communicator
import TestSupport
import Testing

@testable import SSHCommunicator

@Suite struct ProcessTreeTests {
    /// A tree with a child that ignores TERM, one in a session of its own, and one in the background.
    private func tree(_ mark: Int) -> String {
        """
        setsid sleep \(mark)1 &
        sh -c 'trap "" TERM; while :; do sleep \(mark)2; done' &
        (sleep \(mark)3 &)
        echo begun
        sleep \(mark)4
        """
    }

    private func waitUntilGone(_ mark: Int, from server: DockerServer) async throws {
        try await eventually("the processes of the command are gone") {
            try await !server.runs("sleep \(mark)")
        }
    }

    @Test func `a cancelled command takes its whole tree along`() async throws {
        let server = try DockerServer()
        let ssh = try await server.connect()
        let mark = Int.random(in: 10_000...99_999)
        let running = Task {
            try await ssh.run(RemoteCmd(tree(mark))) { execution in
                for try await _ in execution.output {}
            }
        }
        try await eventually("the command runs") { try await server.runs("sleep \(mark)4") }
        running.cancel()
        await #expect(throws: CancellationError.self) { _ = try await running.value }
        try await waitUntilGone(mark, from: server)
        #expect(try await ssh.run(RemoteCmd("exit 2")) { _ in }.status == .exited(2))
        await ssh.close()
    }

    @Test func `a deadline ends the tree and says so`() async throws {
        let server = try DockerServer()
        let ssh = try await server.connect()
        let mark = Int.random(in: 10_000...99_999)
        let error = await #expect(throws: CommunicatorError.self) {
            _ = try await ssh.run(RemoteCmd(tree(mark), deadline: .seconds(2))) { execution in
                for try await _ in execution.output {}
            }
        }
        #expect(error?.code == .deadlineExceeded)
        try await waitUntilGone(mark, from: server)
        await ssh.close()
    }

    @Test func `a command that is cancelled at once leaves nothing`() async throws {
        let server = try DockerServer()
        let ssh = try await server.connect()
        let mark = Int.random(in: 10_000...99_999)
        for _ in 0..<20 {
            let running = Task {
                try await ssh.run(RemoteCmd("sleep \(mark)")) { execution in
                    for try await _ in execution.output {}
                }
            }
            running.cancel()
            await #expect(throws: CancellationError.self) { _ = try await running.value }
        }
        try await waitUntilGone(mark, from: server)
        await ssh.close()
    }
}
