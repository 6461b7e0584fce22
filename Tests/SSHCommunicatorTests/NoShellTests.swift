import Communicator
import Foundation
import TestSupport
import Testing

@testable import SSHCommunicator

/// Users who have no shell that runs commands.
@Suite(.timeLimit(.minutes(2))) struct NoShellTests {
    /// What the first command ends with, and how long that took with the login.
    private func refusal(_ configuration: SSHConfiguration) async throws -> CommunicatorError? {
        let start = ContinuousClock.now
        let ssh = try await SSHCommunicator.connect(configuration)
        for command in ["exit 0", "exit 7"] {
            let error = await #expect(throws: CommunicatorError.self) {
                let result = try await ssh.run(RemoteCmd(command)) { _ in }
                Issue.record("\(command) was answered with \(result.status)")
            }
            #expect(error?.code == .unsupported)
            guard command == "exit 7" else { continue }
            // The bound is 5 s; three times that, for a machine under load.
            #expect(start.duration(to: .now) < .seconds(15))
            await ssh.close()
            return error
        }
        return nil
    }

    @Test(arguments: [
        ("nologin", #"exit status 1 and "This account is currently not available.""#),
        ("user-false", "exit status 1"),
        ("user-true", "exit status 0"),
        ("no-interpreter", #"exit status 1 and "/usr/local/bin/no-interpreter: No such file"#),
        ("talker", "exit status 0"),
        ("forced", #""Backups only.""#),
    ])
    func `a shell that runs no command is named by what it says`(
        user: String,
        finding: String
    ) async throws {
        let error = try await refusal(try DockerServer().configuration(user: user))
        let detail = error?.detail ?? ""
        #expect(detail.hasPrefix("no command is run for this user: "))
        #expect(detail.contains(finding), "\(detail)")
        #expect(error?.remedy?.contains("forced command") == true)
    }

    /// A login at which the server runs a command of its own.
    private func forcing(_ command: String) async throws -> SSHConfiguration {
        let server = try DockerServer()
        let maker = try KeyMaker()
        let key = try await maker.key("ed25519")
        let line = try String(contentsOfFile: "\(key).pub", encoding: .utf8)
            .trimmingCharacters(in: .newlines)
        try await server.exec(
            "echo 'command=\"\(command)\" \(line)' >> /etc/ssh/authorized_keys"
        )
        let pem = try Data(contentsOf: URL(fileURLWithPath: key))
        let credential = SSHCredential.privateKey(try SSHPrivateKey(pem: Array(pem), name: key))
        return server.configuration(user: "user-sh", [credential])
    }

    @Test(arguments: [
        ("exit 7", "exit status 7"), ("echo $$; exit 0", "exit status 0"),
        ("kill -KILL $$", "killed by signal KILL"),
        ("yes words", #"words without end, the first of them "words""#),
    ])
    func `a forced command is no success, whatever it says`(
        command: String,
        finding: String
    ) async throws {
        let error = try await refusal(await forcing(command))
        #expect(error?.detail.contains(finding) == true, "\(error?.detail ?? "")")
    }

    @Test func `a forced command that runs what it is asked for is a shell`() async throws {
        let ssh = try await SSHCommunicator.connect(
            await forcing("sh -c \\\"$SSH_ORIGINAL_COMMAND\\\"")
        )
        for code: Int32 in [0, 7] {
            #expect(try await ssh.run(RemoteCmd("exit \(code)")) { _ in }.status == .exited(code))
        }
        await ssh.close()
    }

    // A newer library proves what such a shell says.
    @Test(.enabled(if: !SSHCapabilities.current.knowsExitStatus))
    func `a shell that starts no other is named by what it says to either`() async throws {
        let restricted = try await refusal(try DockerServer().configuration(user: "user-rbash"))
        #expect(restricted?.detail.contains("or a restricted one") == true)
        #expect(
            restricted?.detail.contains("exec: restricted") == true,
            "\(restricted?.detail ?? "")"
        )
        let echo = try await refusal(await forcing("echo $SSH_ORIGINAL_COMMAND >&2; exit 50"))
        #expect(echo?.detail.contains("exit status 50") == true, "\(echo?.detail ?? "")")
    }

    @Test func `a user whose shell is missing is refused by the server`() async throws {
        var configuration = try DockerServer().configuration(user: "noshell")
        configuration.handshakeAttempts = 1
        let start = ContinuousClock.now
        let error = await #expect(throws: CommunicatorError.self) {
            await (try SSHCommunicator.connect(configuration)).close()
        }
        #expect(error?.code == .authenticationFailed)
        #expect(error?.description.contains("login shell") == true, "\(error?.description ?? "")")
        #expect(start.duration(to: .now) < .seconds(15))
    }

    @Test func `who allows unproven success gets what is said instead`() async throws {
        for (user, code) in [("nologin", Int32(1)), ("user-false", 1), ("user-true", 0)] {
            var configuration = try DockerServer().configuration(user: user)
            configuration.allowsUnprovenSuccess = true
            let ssh = try await SSHCommunicator.connect(configuration)
            #expect(try await ssh.run(RemoteCmd("exit 4")) { _ in }.status == .exited(code))
            await ssh.close()
        }
    }
}
