import Communicator
import SSHCommunicator
import TestSupport
import Testing

/// Commands that end with their connection, under each kind of login shell.
@Suite struct ConnectionWatcherTests {
    static let users = ["user-bash", "user-dash", "user-sh", "user-busybox"]

    private func command(_ text: String) -> RemoteCmd {
        var command = RemoteCmd(text)
        command.endsWithConnection = true
        return command
    }

    @Test(arguments: users)
    func `a watched command ends as any other`(user: String) async throws {
        let ssh = try await DockerServer().connect(user: user)
        for code in [0, 1, 7, 200, 255] {
            let result = try await ssh.run(command("cat; echo out; echo error >&2; exit \(code)")) {
                execution in
                var seen: (out: [UInt8], error: [UInt8]) = ([], [])
                for try await chunk in execution.output {
                    switch chunk {
                    case .standardOutput(let bytes): seen.out += bytes
                    case .standardError(let bytes): seen.error += bytes
                    }
                }
                return [seen.out, seen.error].map { String(decoding: $0, as: UTF8.self) }
            }
            #expect(result.status == .exited(Int32(code)))
            #expect(result.value == ["out\n", "error\n"])
        }
        #expect(try await ssh.run(command("kill -9 $$")) { _ in }.status == .signaled("KILL"))
        await ssh.close()
    }

    @Test(arguments: users)
    func `what a killed session leaves is ended on the machine`(user: String) async throws {
        let server = try DockerServer()
        let ssh = try await server.connect(user: user)
        let mark = Int.random(in: 10_000...99_999)
        let text = """
            setsid sleep \(mark)1 &
            sh -c 'trap "" TERM; while :; do sleep \(mark)2; done' &
            echo begun; sleep \(mark)3
            """
        let result = try await ssh.run(command(text)) { execution in
            for try await _ in execution.output {
                try await server.exec("pkill -KILL -u \(user) sshd")
            }
        }
        #expect(result.status == .disconnected)
        try await eventually("the processes of the command are gone") {
            try await !server.runs("sleep \(mark)")
        }
        await ssh.close()
    }

    @Test func `the watcher goes with its command and leaves background children alone`()
        async throws
    {
        let server = try DockerServer()
        let ssh = try await server.connect()
        let mark = Int.random(in: 10_000...99_999)
        let text = "nohup sleep \(mark) >/dev/null 2>&1 </dev/null & exit 3"
        #expect(try await ssh.run(command(text)) { _ in }.status == .exited(3))
        await ssh.close()
        try await eventually("no watcher is left") {
            try await server.outcome(of: "pgrep -u packer -f 'while read -r [l]'").output.isEmpty
        }
        #expect(try await server.runs("sleep \(mark)"))
        try await server.exec("pkill -f '[s]leep \(mark)'")
    }

    @Test func `a cancelled command under sudo takes its tree along`() async throws {
        let server = try DockerServer()
        let ssh = try await server.connect()
        let mark = Int.random(in: 10_000...99_999)
        let running = Task {
            try await ssh.run(
                command("sudo sh -c 'trap : TERM; setsid sleep \(mark)1 & sleep \(mark)2; :'")
            ) { execution in
                for try await _ in execution.output {}
            }
        }
        try await eventually("the command runs") { try await server.runs("sleep \(mark)2") }
        running.cancel()
        await #expect(throws: CancellationError.self) { _ = try await running.value }
        try await eventually("the processes of the command are gone") {
            try await !server.runs("sleep \(mark)")
        }
        await ssh.close()
    }

    @Test func `input for a watched command is refused`() async throws {
        let ssh = try await DockerServer().connect()
        var command = command("cat")
        command.standardInput = .bytes([1])
        let refused = command
        let error = await #expect(throws: CommunicatorError.self) {
            try await ssh.run(refused) { _ in }
        }
        #expect(error?.code == .invalidConfiguration)
        await ssh.close()
    }
}
