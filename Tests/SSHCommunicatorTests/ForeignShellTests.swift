import Communicator
import TestSupport
import Testing

@testable import SSHCommunicator

/// Users whose login shell is no POSIX shell, but starts one.
@Suite(.timeLimit(.minutes(3))) struct ForeignShellTests {
    static let users = ["user-fish", "user-csh", "user-tcsh"]

    private func status(_ command: String, on ssh: SSHCommunicator) async throws
        -> RemoteCmd.ExitStatus
    {
        try await ssh.run(RemoteCmd(command)) { _ in }.status
    }

    /// How a command ends, and both its outputs.
    private func outcome(
        _ command: RemoteCmd,
        on ssh: SSHCommunicator
    ) async throws -> (status: RemoteCmd.ExitStatus, out: [UInt8], err: [UInt8]) {
        let result = try await ssh.run(command) { execution in
            var (out, err): ([UInt8], [UInt8]) = ([], [])
            for try await chunk in execution.output {
                switch chunk {
                case .standardOutput(let bytes): out += bytes
                case .standardError(let bytes): err += bytes
                }
            }
            return (out, err)
        }
        return (result.status, result.value.0, result.value.1)
    }

    @Test(arguments: users)
    func `exit codes are exact`(user: String) async throws {
        let ssh = try await DockerServer().connect(user: user)
        let wrong = try await withThrowingTaskGroup(of: String?.self) { group in
            for code in [1, 2, 7, 126, 127, 128] + Array(stride(from: Int32(0), to: 256, by: 15)) {
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

    @Test(arguments: users)
    func `every byte of a command arrives, and both its streams`(user: String) async throws {
        let ssh = try await DockerServer().connect(user: user)
        let bytes = (1...255).map { UInt8($0) }
        let word = Array("printf %s ".utf8) + ShellWord.quote(bytes: bytes)
        let text = word + Array("; printf \"$# $0\" >&2; cat; exit 3".utf8)
        let input: [UInt8] = [0, 0xFF, 0x0A]
        let command = RemoteCmd(bytes: text, standardInput: .bytes(input))
        let (status, out, err) = try await outcome(command, on: ssh)
        #expect(status == .exited(3))
        #expect(out == bytes + input)
        #expect(err == Array("0 sh".utf8))
        // Nothing of the tries before was taken for a redirection into a file.
        let listing = try await outcome(RemoteCmd("cd && ls"), on: ssh)
        #expect(listing.out == [])
        await ssh.close()
    }

    @Test(arguments: users)
    func `a command that a signal kills is told by the signal`(user: String) async throws {
        let ssh = try await DockerServer().connect(user: user)
        for name in ["KILL", "TERM", "HUP", "INT", "SEGV", "USR1"] {
            #expect(try await status("kill -\(name) $$", on: ssh) == .signaled(name))
        }
        await ssh.close()
    }

    @Test(arguments: users)
    func `a killed sshd child is a disconnect, and the next command runs`(user: String) async throws
    {
        let ssh = try await DockerServer().connect(user: user)
        let (status, out, _) = try await outcome(
            RemoteCmd("echo before; kill -9 $PPID; sleep 30"),
            on: ssh
        )
        #expect(status == .disconnected)
        #expect(out.isEmpty || out == Array("before\n".utf8))
        #expect(try await self.status("exit 3", on: ssh) == .exited(3))
        await ssh.close()
    }

    @Test(arguments: ["sleep 3; exit 0", "sleep 3; exit 7"])
    func `a session that the server times out is never a success`(command: String) async throws {
        for user in Self.users {
            let ssh = try await DockerServer(.channelTimeout).connect(user: user)
            #expect(try await status(command, on: ssh) == .disconnected)
            #expect(try await status("exit 5", on: ssh) == .exited(5))
            await ssh.close()
        }
    }

    @Test(
        arguments: zip(
            users + ["user-fish"],
            // With one session it is ended over another connection, which has to find it.
            [DockerServer.Configuration.standard, .standard, .standard, .maxSessions]
        )
    )
    func `a cancelled command takes its whole tree along`(
        user: String,
        configuration: DockerServer.Configuration
    ) async throws {
        let server = try DockerServer(configuration)
        let ssh = try await server.connect(user: user)
        let mark = Int.random(in: 10_000...99_999)
        let tree = "setsid sleep \(mark)1 & (trap '' TERM; sleep \(mark)2) & sleep \(mark)3"
        let running = Task {
            try await ssh.run(RemoteCmd(tree)) { execution in
                for try await _ in execution.output {}
            }
        }
        try await eventually("the command runs") { try await server.runs("sleep \(mark)3") }
        running.cancel()
        await #expect(throws: CancellationError.self) { _ = try await running.value }
        try await eventually("the processes of the command are gone") {
            try await !server.runs("sleep \(mark)")
        }
        #expect(try await status("exit 2", on: ssh) == .exited(2))
        await ssh.close()
    }

    @Test(arguments: users)
    func `a command that ends with its connection does so`(user: String) async throws {
        let server = try DockerServer()
        let relay = try await FaultProxy(port: server.port)
        var configuration = try server.configuration(user: user)
        configuration.port = UInt16(relay.port)
        let ssh = try await SSHCommunicator.connect(configuration)
        let mark = Int.random(in: 10_000...99_999)
        var command = RemoteCmd("exit 6")
        command.endsWithConnection = true
        #expect(try await ssh.run(command) { _ in }.status == .exited(6))
        command = RemoteCmd("echo 'begun'; sleep \(mark)1")
        command.endsWithConnection = true
        let result = try await ssh.run(command) { execution in
            for try await case .standardOutput in execution.output { relay.inject(.reset) }
        }
        #expect(result.status == .disconnected)
        try await eventually("the processes of the command are gone") {
            try await !server.runs("sleep \(mark)")
        }
        await ssh.close()
        try await relay.close()
    }

    @Test(arguments: users)
    func `the boot of the machine is found out`(user: String) async throws {
        let ssh = try await DockerServer().connect(user: user)
        let identity = try await MachineIdentity.read(ssh.link.established())
        #expect(identity.marks.count >= 2)
        await ssh.close()
    }

    @Test(arguments: users)
    func `a long command runs, and one past the limit is refused`(user: String) async throws {
        let ssh = try await DockerServer().connect(user: user)
        let long = Array("printf %s ".utf8) + [UInt8](repeating: 0x61, count: 24_000)
        let result = try await outcome(RemoteCmd(bytes: long + Array(" | wc -c".utf8)), on: ssh)
        #expect(result.status == .exited(0))
        #expect(result.out == Array("24000\n".utf8))
        let error = await #expect(throws: CommunicatorError.self) {
            _ = try await self.status(": " + String(repeating: "a", count: 131_072), on: ssh)
        }
        #expect(error?.code == .commandNotStarted)
        #expect(error?.description.contains("MAX_ARG_STRLEN") == true)
        #expect(try await status("exit 2", on: ssh) == .exited(2))
        await ssh.close()
    }

    @Test(arguments: users, [SSHFileTransferMethod.scp, .exec])
    func `files go through commands`(user: String, method: SSHFileTransferMethod) async throws {
        var configuration = try DockerServer(.noSFTP).configuration(user: user)
        configuration.fileTransferMethod = method
        let ssh = try await SSHCommunicator.connect(configuration)
        let near = try TemporaryDirectory()
        try near.makeDirectory("t")
        try near.write((0...255).map { UInt8($0) }, to: "t/it's %0041 \\ !")
        let far = "foreign-\(method)-\(Int.random(in: 10_000...99_999))"
        try await ssh.uploadDirectory(near["t/"], to: far)
        try await ssh.downloadDirectory("\(far)/", to: near["back"])
        #expect(try await status("rm -r \(far)", on: ssh) == .exited(0))
        #expect(try near.read("back/it's %0041 \\ !") == (0...255).map { UInt8($0) })
        await ssh.close()
    }
}
