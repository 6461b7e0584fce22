import TestSupport
import Testing

@Suite("Rows 1 and 3: a machine that cannot be reached")
struct UnreachableTests {
    /// Builds where nobody lets it in, with `ssh_timeout` 5 s.
    private func fail(_ row: Row, port: Int, reason: String) async throws {
        let fixture = try BuildFixture(DockerServer())
        let ended = try await row.build(
            fixture,
            builder: fixture.builder(port: port, more: ["ssh_timeout": "5s"]),
            [row.script(["true"])]
        )
        row.expect(ended.hasFailed, "ends with exit code 1", ended.said)
        row.expect(ended.time > .seconds(4), "waits as long as it is told to", ended.said)
        let error = ended.said.split(separator: "\n").last { $0.hasPrefix("--> ") } ?? ""
        row.expect(error.contains(reason), "the error names the last cause", ended.said)
        try await row.expectClean(fixture, ended)
    }

    @Test(arguments: [
        (FaultProxy.Greeting.silence, "accepts, and never says a word", "handshake"),
        (.banner, "says its banner, and nothing after it", "handshake"),
    ])
    func `row 1: a server that falls silent ends with ssh_timeout`(
        greeting: FaultProxy.Greeting,
        fault: String,
        reason: String
    ) async throws {
        try await row(
            1,
            fault: fault,
            promise: "fails with `ssh_timeout`, here 5 s, and says at what",
            bound: .seconds(6)
        ) { row in
            let proxy = try await FaultProxy(port: DockerServer().port, greeting: greeting)
            try await withFaultProxy(proxy) { proxy in
                try await fail(row, port: proxy.port, reason: reason)
            }
        }
    }

    @Test(arguments: [(false, "refused", "refused"), (true, "dropped", "time")])
    func `row 3: a port that refuses or drops ends with ssh_timeout, and the cause is told`(
        isSilent: Bool,
        fault: String,
        reason: String
    ) async throws {
        try await row(
            3,
            fault: "connections are \(fault)",
            promise: "tries until `ssh_timeout`, here 5 s; the last cause is in the error",
            bound: .seconds(6)
        ) { row in
            let port = try ClosedPort(isSilent: isSilent)
            try await fail(row, port: port.number, reason: reason)
        }
    }

    @Test func `row 3: a port that resets ends with ssh_timeout, and the cause is told`()
        async throws
    {
        try await row(
            3,
            fault: "connections are reset",
            promise: "tries until `ssh_timeout`, here 5 s; the last cause is in the error",
            bound: .seconds(6)
        ) { row in
            let proxy = try await FaultProxy(port: DockerServer().port, greeting: .reset)
            try await withFaultProxy(proxy) { proxy in
                try await fail(row, port: proxy.port, reason: "reset")
            }
        }
    }
}
