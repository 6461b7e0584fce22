import Communicator
import SSHCommunicator
import TestSupport
import Testing

/// Row 28: input that nobody reads.
@Suite(.timeLimit(.minutes(2))) struct `Input that is not read` {
    /// Writes until so much was taken.
    private func feed(_ count: Int, to execution: RemoteCmd.Execution) async throws {
        let block = [UInt8](repeating: 0x61, count: 262_144)
        for _ in 0..<(count / block.count) { try await execution.write(block) }
    }

    @Test func `row 28: 1 GiB for a command that exits at once keeps nobody`() async throws {
        let ssh = try await DockerServer().connect()
        let communicators: [any Communicator] = [LocalCommunicator(), ssh]
        for communicator in communicators {
            let start = ContinuousClock.now
            let result = try await within(.seconds(60), "the end") {
                try await communicator.run(RemoteCmd("exit 3", standardInput: .body)) {
                    try await feed(1 << 30, to: $0)
                }
            }
            #expect(result.status == .exited(3))
            #expect(start.duration(to: .now) < .seconds(10))
        }
        await ssh.close()
    }

    @Test(arguments: [
        "exec <&-; sleep 1; exit 4", "head -c 1 >/dev/null; exec <&-; sleep 1; exit 4",
    ])
    func `row 28: a command that closes its input is waited for`(command: String) async throws {
        let ssh = try await DockerServer().connect()
        let communicators: [any Communicator] = [LocalCommunicator(), ssh]
        for communicator in communicators {
            let result = try await within(.seconds(30), "the end") {
                try await communicator.run(RemoteCmd(command, standardInput: .body)) {
                    try await feed(16 << 20, to: $0)
                }
            }
            #expect(result.status == .exited(4))
        }
        await ssh.close()
    }
}
