import TestSupport
import Testing

@Suite("Rows 4 to 7: a peer that dies or sleeps")
struct DeadPeerTests {
    private static let begins = "it has begun"
    private static let lines = ["echo \(begins)", "sleep 3600"]

    @Test func `row 4: a paused server is told as lost within 20 s`() async throws {
        try await row(
            4,
            fault: "the machine freezes while a command runs",
            promise: "told as lost"
        ) { row in
            try await withFaultServer { server in
                let fixture = try BuildFixture(server.server)
                let ended = try await row.build(
                    fixture,
                    [row.script(Self.lines)],
                    at: Self.begins
                ) { _ in try await server.pause() }
                row.expect(ended.hasFailed, "ends with exit code 1", ended.said)
                try await server.unpause()
                try await row.expectClean(fixture, ended, server, except: [.remoteFiles])
            }
        }
    }
}
