import Communicator
import Testing

@testable import SSHCommunicator

@Suite struct ProvenCommandTests {
    private func command(_ text: String) -> ProvenCommand {
        ProvenCommand(Array(text.utf8))
    }

    private func evidence(_ status: Int32, _ signal: String? = nil, has: Bool? = nil)
        -> ExitEvidence
    {
        ExitEvidence(status: status, signal: signal, hasStatus: has)
    }

    @Test func `a raw status 0 is never a success`() {
        let command = command("true")
        for hasBegun in [true, false] {
            #expect(command.judge(evidence(0), hasBegun: hasBegun) == .disconnected)
            #expect(command.judge(evidence(0, has: false), hasBegun: hasBegun) == .disconnected)
            #expect(command.judge(evidence(0, has: true), hasBegun: hasBegun) == .disconnected)
        }
    }

    @Test func `a library that saw no status is believed`() {
        #expect(command("true").judge(evidence(50, has: false), hasBegun: true) == .disconnected)
    }

    @Test func `every status but one comes back from its rotation`() {
        let command = command("true")
        for status in Int32(0)...255 where (status + command.shift) % 256 != 0 {
            let raw = (status + command.shift) % 256
            #expect(command.judge(evidence(raw), hasBegun: true) == .exited(status))
        }
    }

    @Test func `the status that would rotate to 0 comes as the agreed signal`() {
        let command = command("true")
        #expect(
            command.judge(evidence(0, "ALRM"), hasBegun: true) == .exited(256 - command.shift)
        )
        #expect(command.judge(evidence(0, "ALRM"), hasBegun: false) == .signaled("ALRM"))
        #expect(command.judge(evidence(0, "KILL"), hasBegun: true) == .signaled("KILL"))
    }

    @Test func `the status of a shell that never began the command is not rotated`() {
        #expect(command("true").judge(evidence(1), hasBegun: false) == .exited(1))
    }

    @Test(arguments: [Int32.min, -1, 256, 300, 346, Int32.max])
    func `a status that no shell exits with is no success`(status: Int32) {
        let command = command("true")
        #expect(command.judge(evidence(status), hasBegun: true) == .exited(status))
        let turned = 256 + command.shift
        #expect(command.judge(evidence(turned), hasBegun: true) == .exited(turned))
    }

    @Test func `no two commands share a token`() {
        #expect(Set((0..<1_000).map { _ in command("true").token }).count == 1_000)
    }
}
