import Foundation
import Communicator
import SSHCommunicator
import TestSupport
import Testing

/// What comes after a command that was expected to take the connection down.
@Suite("A machine that was to restart")
struct RestartTests {
    private func command(_ text: String) -> RemoteCmd {
        var command = RemoteCmd(text)
        command.disconnect = .expected(returnWithin: .seconds(60))
        return command
    }

    private func output(_ text: String, of ssh: SSHCommunicator) async throws -> String {
        try await ssh.run(RemoteCmd(text)) { execution in
            var bytes: [UInt8] = []
            for try await chunk in execution.output {
                if case .standardOutput(let some) = chunk { bytes += some }
            }
            return String(decoding: bytes, as: UTF8.self)
        }.value
    }

    private let bootMark = "set -- $(cat /proc/1/stat); echo ${22}"

    @Test func `the next command runs on the machine that has restarted`() async throws {
        try await withFaultServer { fault in
            let warnings = Warnings()
            let ssh = try await SSHCommunicator.connect(
                fault.server.configuration(),
                warning: { warnings.add($0) }
            )
            let before = try await output("bash -c '\(bootMark)'", of: ssh)
            let result = try await ssh.run(command("echo begun; sleep 60")) { execution in
                for try await _ in execution.output { try await fault.restart() }
            }
            #expect(result.status == .disconnected)
            #expect(try await output("bash -c '\(bootMark)'", of: ssh) != before)
            #expect(warnings.all.isEmpty)
            await ssh.close()
        }
    }

    @Test func `a machine that answers before it goes down is left again`() async throws {
        try await withFaultServer { fault in
            let ssh = try await fault.server.connect()
            let before = try await output("bash -c '\(bootMark)'", of: ssh)
            let result = try await ssh.run(command("echo begun; sleep 60")) { execution in
                for try await _ in execution.output { try await fault.signalSessions("KILL") }
            }
            #expect(result.status == .disconnected)
            async let after = output("bash -c '\(bootMark)'", of: ssh)
            try await eventually("the old machine has answered") {
                try await fault.server.log().components(separatedBy: "Accepted publickey").count
                    == 3
            }
            try await fault.restart()
            #expect(try await after != before)
            await ssh.close()
        }
    }

    @Test func `where nothing restarts, a connection that stays is enough, with a warning`()
        async throws
    {
        try await withFaultServer { fault in
            let warnings = Warnings()
            let ssh = try await SSHCommunicator.connect(
                fault.server.configuration(),
                warning: { warnings.add($0) }
            )
            _ = try await ssh.run(command("echo begun; sleep 60")) { execution in
                for try await _ in execution.output { try await fault.signalSessions("KILL") }
            }
            #expect(try await output("echo on", of: ssh) == "on\n")
            #expect(warnings.all.count == 1)
            #expect(warnings.all.first?.contains("seems to have restarted") == true)
            await ssh.close()
        }
    }

    @Test func `a command that TERM ended is disconnected when the connection ends too`()
        async throws
    {
        try await withFaultServer { fault in
            let ssh = try await fault.server.connect()
            let result = try await ssh.run(command("echo begun; sleep 77; exit 5")) { execution in
                for try await _ in execution.output {
                    try await fault.server.exec("pkill -TERM -f '[s]leep 77; exit 5'")
                    try await fault.server.exec("(sleep 1; pkill -KILL -u packer sshd) &")
                }
            }
            #expect(result.status == .disconnected)
            #expect(result.detail?.contains("TERM") == true)
            await ssh.close()
        }
    }

    @Test func `a machine with another host key is refused`() async throws {
        try await withFaultServer { fault in
            let ssh = try await fault.server.connect()
            _ = try await ssh.run(command("echo begun; sleep 60")) { execution in
                for try await _ in execution.output {
                    try await fault.restart(withNewHostKeys: true)
                }
            }
            let error = await #expect(throws: CommunicatorError.self) {
                _ = try await ssh.run(RemoteCmd("exit 0")) { _ in }
            }
            #expect(error?.code == .hostKeyRefused)
            await ssh.close()
        }
    }
}
