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
            #expect(identity(other).compared(with: before) == .restarted)
        }
        #expect(before.compared(with: before) == .same)
    }

    @Test func `a machine that shows nothing proves nothing`() {
        let nothing = identity("Welcome!\n")
        #expect(nothing.compared(with: identity("mark boot a\n")) == .unknown)
        #expect(identity("mark boot a\n").compared(with: nothing) == .unknown)
    }

    @Test func `a server that is not there any more is no new one`() {
        let before = identity("mark boot a\nmark first 1\nmark server 5 90\n")
        #expect(identity("mark boot a\nmark first 1\n").compared(with: before) == .same)
        #expect(
            identity("mark server 5 90\n").compared(with: identity("mark boot a\n")) == .unknown
        )
    }

    @Test func `what a login shell prints does not count`() {
        let plain = identity("mark boot a\nmark first 1\n")
        let chatty = identity("Welcome! mark boot z\nmark boot a\r\nmark first 1\nbye\n")
        #expect(chatty.compared(with: plain) == .same)
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
        #expect(seen[1].compared(with: seen[0]) == .same)
        #expect(!seen[0].isStopping)
    }
}
