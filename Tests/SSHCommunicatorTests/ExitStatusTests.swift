import ByteStreams
import Communicator
import SocketStreams
import TestSupport
import Testing

@testable import SSHCommunicator

@Suite struct ExitStatusTests {
    private func status(_ command: String, on ssh: SSHCommunicator) async throws
        -> RemoteCmd.ExitStatus
    {
        try await ssh.run(RemoteCmd(command)) { _ in }.status
    }

    @Test func `exit codes 0 to 255 are exact`() async throws {
        let ssh = try await DockerServer().connect()
        let wrong = try await withThrowingTaskGroup(of: String?.self) { group in
            for code in Int32(0)...255 {
                group.addTask {
                    let status = try await self.status("exit \(code)", on: ssh)
                    return status == .exited(code) ? nil : "\(code) became \(status)"
                }
            }
            return try await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
        }
        #expect(wrong == [])
        await ssh.close()
    }

    @Test(arguments: ["user-bash", "user-dash", "user-sh", "user-busybox"])
    func `codes and outputs are exact under every POSIX login shell`(user: String) async throws {
        let ssh = try await DockerServer().connect(user: user)
        for code: Int32 in [0, 1, 2, 126, 165, 166, 200, 236, 255] {
            #expect(try await status("exit \(code)", on: ssh) == .exited(code))
        }
        let result = try await ssh.run(RemoteCmd("printf 'a\\0b'; printf 'c\\n' >&2; false")) {
            execution in
            var out: [UInt8] = []
            var err: [UInt8] = []
            for try await chunk in execution.output {
                switch chunk {
                case .standardOutput(let bytes): out += bytes
                case .standardError(let bytes): err += bytes
                }
            }
            return [out, err]
        }
        #expect(result.status == .exited(1))
        #expect(result.value == [[0x61, 0, 0x62], [0x63, 0x0A]])
        await ssh.close()
    }

    @Test(arguments: ["KILL", "TERM", "HUP", "SEGV", "USR1"])
    func `a command that a signal kills is told by the signal`(name: String) async throws {
        let ssh = try await DockerServer().connect()
        #expect(try await status("kill -\(name) $$", on: ssh) == .signaled(name))
        await ssh.close()
    }

    @Test func `a killed sshd child is a disconnect, and the next command runs`() async throws {
        let ssh = try await DockerServer().connect()
        let result = try await ssh.run(RemoteCmd("echo before; kill -9 $PPID; sleep 30")) {
            execution in
            var out: [UInt8] = []
            for try await case .standardOutput(let bytes) in execution.output { out += bytes }
            return out
        }
        #expect(result.status == .disconnected)
        #expect(result.detail != nil)
        #expect(try await status("exit 3", on: ssh) == .exited(3))
        await ssh.close()
    }

    @Test func `a TCP reset in the middle of a command is a disconnect`() async throws {
        let proxy = try await FaultProxy(port: DockerServer().port)
        var configuration = try DockerServer().configuration()
        configuration.port = UInt16(proxy.port)
        let ssh = try await SSHCommunicator.connect(configuration)
        let result = try await ssh.run(RemoteCmd("echo begun; sleep 30; exit 0")) { execution in
            for try await case .standardOutput in execution.output { proxy.inject(.reset) }
        }
        #expect(result.status == .disconnected)
        #expect(result.detail?.isEmpty == false)
        #expect(try await status("exit 3", on: ssh) == .exited(3))
        await ssh.close()
        try await proxy.close()
    }

    @Test func `a transport closed in the middle of a command is a disconnect`() async throws {
        let server = try DockerServer()
        let transports = Transports()
        let ssh = try await SSHCommunicator.connect(
            server.configuration(),
            dial: { try await transports.dial(server) },
            waiting: { _ in }
        )
        let result = try await ssh.run(RemoteCmd("echo begun; sleep 30; exit 0")) { execution in
            for try await case .standardOutput in execution.output {
                await transports.cut()
            }
        }
        #expect(result.status == .disconnected)
        await ssh.close()
    }

    @Test(arguments: ["sleep 3; exit 0", "sleep 3; exit 7"])
    func `a session that the server times out is never a success`(command: String) async throws {
        let ssh = try await DockerServer(.channelTimeout).connect()
        #expect(try await status(command, on: ssh) == .disconnected)
        #expect(try await status("exit 5", on: ssh) == .exited(5))
        await ssh.close()
    }

    @Test func `output that stays open behind an ended command does not keep it`() async throws {
        var configuration = try DockerServer().configuration()
        configuration.outputGrace = .seconds(2)
        let ssh = try await SSHCommunicator.connect(configuration)
        let start = ContinuousClock.now
        #expect(try await status("sleep 60 & exit 6", on: ssh) == .exited(6))
        #expect(start.duration(to: .now) < .seconds(30))
        await ssh.close()
    }
}

/// Dials real servers and keeps the last transport, to cut it.
actor Transports {
    private var last: (any ByteStream)?

    func dial(_ server: DockerServer) async throws -> any ByteStream {
        let stream = try await SocketStream.connect(
            host: server.host,
            port: UInt16(server.port),
            timeout: .seconds(10)
        )
        last = stream
        return stream
    }

    func cut() async {
        await last?.close()
    }
}
