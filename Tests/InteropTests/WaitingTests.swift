import Foundation
import Processes
import TestSupport
import Testing

@Suite("While the machine cannot be reached yet")
struct WaitingTests {
    @Test func `the reason and the time left are shown, and the last reason is the error`()
        async throws
    {
        try await withBuildFixture { fixture in
            // A server that is there and whose port nobody listens on any more.
            let closed = try ClosedPort()
            let template = try fixture.template(
                [fixture.builder(port: closed.number, more: ["ssh_timeout": "6s"])],
                [["type": "shell", "inline": ["true"]]]
            )
            let outcome = try await fixture.packerSwift().run(["build", template])
            #expect(outcome.end == .exited(1))
            let said = outcome.output + outcome.errors
            let waiting = /machine: Not yet, after [0-9]s of 6s: .*refused/
            #expect(try waiting.firstMatch(in: said) != nil, "\(said)")
            let end = try #require(said.range(of: "Some builds didn't complete"), "\(said)")
            #expect(said[end.lowerBound...].contains("refused"), "\(said)")
        }
    }

    @Test func `a wrong password ends the build and is not tried for minutes`() async throws {
        try await withBuildFixture { fixture in
            var builder = fixture.builder()
            builder["ssh_private_key_file"] = nil
            builder["ssh_password"] = "not the password"
            builder["ssh_handshake_attempts"] = 2
            let template = try fixture.template(
                [builder],
                [["type": "shell", "inline": ["true"]]]
            )
            let outcome = try await fixture.packerSwift()
                .run(["build", template], within: .seconds(60))
            #expect(outcome.end == .exited(1))
            #expect(!(outcome.output + outcome.errors).contains("not the password"))
        }
    }
}
