import Communicator
import Testing

@testable import ShellProvisioner

struct ExitPolicyTests {
    private func judge(
        _ status: RemoteCmd.ExitStatus,
        valid: [Int] = [0],
        expectDisconnect: Bool = false
    ) throws(ShellProvisionerError) -> ExitPolicy.Verdict {
        let policy = ExitPolicy(validExitCodes: valid, expectDisconnect: expectDisconnect)
        return try policy.judge(ScriptEnd(script: "s.sh", status: status, lastLines: ["last"]))
    }

    @Test(
        arguments: [
            (RemoteCmd.ExitStatus.exited(0), [0]), (.exited(3), [0, 3]),
            (.signaled("TERM"), [0, 143]), (.exited(143), [143]),
        ]
    )
    func `accepts a listed end`(status: RemoteCmd.ExitStatus, valid: [Int]) throws {
        #expect(try judge(status, valid: valid) == .finished)
    }

    @Test func `accepts a disconnect only when it is expected`() throws {
        #expect(try judge(.disconnected, expectDisconnect: true) == .disconnected)
        #expect(throws: ShellProvisionerError.self) { try judge(.disconnected) }
    }

    @Test func `accepts a disconnect that valid_exit_codes lists`() throws {
        #expect(try judge(.disconnected, valid: [0, 2_300_218]) == .disconnected)
    }

    @Test(
        arguments: [
            RemoteCmd.ExitStatus.exited(3), .exited(137), .exited(143), .signaled("KILL"),
            .signaled("TERM"), .signaled("NEW@example.com"),
        ]
    )
    func `refuses any other end although a disconnect is expected`(
        status: RemoteCmd.ExitStatus
    ) {
        #expect(throws: ShellProvisionerError.self) { try judge(status, expectDisconnect: true) }
    }

    @Test func `says Packer's sentence, the script and its last lines`() {
        let error = #expect(throws: ShellProvisionerError.self) {
            try judge(.exited(3), valid: [0, 2])
        }
        #expect(
            error?.description == """
                Script exited with non-zero exit status: 3. Allowed exit codes are: [0 2]. \
                Script: s.sh. Correct the script, or list the status in valid_exit_codes if it \
                means success.
                The last lines it printed:
                    last
                """
        )
        #expect(error?.status == .exited(3))
    }

    @Test(
        arguments: [
            (RemoteCmd.ExitStatus.signaled("TERM"), "status: 143 (killed by signal TERM)."),
            (.signaled("ODD"), "Script was killed by signal ODD."),
            (.exited(126), "noexec"),
            (.exited(127), "interpreter"),
        ]
    )
    func `says what is known of the end`(status: RemoteCmd.ExitStatus, words: String) {
        let error = #expect(throws: ShellProvisionerError.self) { try judge(status) }
        #expect(error?.description.contains(words) == true)
    }

    @Test func `does not call status 0 non-zero`() {
        let error = #expect(throws: ShellProvisionerError.self) {
            try judge(.exited(0), valid: [1])
        }
        #expect(
            error?.description.hasPrefix("Script exited with status 0, which is not allowed.")
                == true
        )
    }

    @Test func `says Packer's sentence for a disconnect, and that sentence is true`() {
        let error = #expect(throws: ShellProvisionerError.self) { try judge(.disconnected) }
        #expect(
            error?.description.hasPrefix(
                "Script disconnected unexpectedly. If you expected your script to disconnect, "
                    + "i.e. from a restart, you can try adding \"expect_disconnect\": true or "
                    + "\"valid_exit_codes\": [0, 2300218] to the shell provisioner parameters."
            ) == true
        )
    }

    @Test func `has a remedy for every code`() {
        #expect(ShellProvisionerError.Code.all.allSatisfy { !$0.remedy.isEmpty })
        #expect(Set(ShellProvisionerError.Code.all.map(\.name)).count == 6)
    }
}
