import Communicator
import TestSupport
import Testing

@testable import SSHCommunicator

@Suite struct MachineIdentityTests {
    private func identity(_ text: String) -> MachineIdentity {
        MachineIdentity(parsing: Array(text.utf8))
    }

    @Test func `another boot, first process or server proves a restart`() {
        let before = identity("mark boot a\nmark first 1\nmark server 5 90\n")
        for other in [
            "mark boot b\nmark first 1\nmark server 5 90\n",
            "mark boot a\nmark first 2\nmark server 5 90\n",
            "mark boot a\nmark first 1\nmark server 9 500\n",
        ] {
            #expect(identity(other).provesRestart(since: before) == true)
        }
        #expect(before.provesRestart(since: before) == false)
    }

    @Test func `a machine that shows nothing proves nothing`() {
        let nothing = identity("Welcome!\n")
        #expect(nothing.provesRestart(since: identity("mark boot a\n")) == nil)
        #expect(identity("mark boot a\n").provesRestart(since: nothing) == nil)
    }

    @Test func `what a login shell prints does not count`() {
        let plain = identity("mark boot a\nmark first 1\n")
        let chatty = identity("Welcome! mark boot z\nmark boot a\r\nmark first 1\nbye\n")
        #expect(chatty.provesRestart(since: plain) == false)
        #expect(!chatty.isStopping)
        #expect(identity("mark boot a\nstopping\n").isStopping)
    }

    @Test(arguments: [DockerServer.Configuration.standard, .dropbear, .trixie])
    func `two connections to one server show the same`(
        configuration: DockerServer.Configuration
    ) async throws {
        let server = try DockerServer(configuration)
        var seen: [MachineIdentity] = []
        for _ in 0..<2 {
            let machine = try await server.connect()
            seen.append(try await MachineIdentity.read(machine.link.established()))
            await machine.close()
        }
        #expect(seen[0].marks.count >= 2)
        #expect(seen[1].provesRestart(since: seen[0]) == false)
        #expect(!seen[0].isStopping)
    }
}
