import TestSupport
import Testing

@Suite("Rows 4 to 7: a peer that dies or sleeps")
struct DeadPeerTests {
    private static let begins = "it has begun"

    @Test func `row 4: a paused machine is told as lost within 20 s`() async throws {
        try await row(
            4,
            fault: "the machine freezes while a command runs",
            promise: "told as lost within 20 s; then 10 s for cleaning up",
            bound: .seconds(20)
        ) { row in
            try await row.withServer { server, fixture in
                let ended = try await row.build(
                    fixture,
                    [row.script(["echo \(Self.begins)", "sleep 3600"])],
                    at: Self.begins
                ) { _ in try await server.pause() }
                row.expect(ended.hasFailed, "ends with exit code 1", ended.said)
                row.expect(ended.told != nil, "told as lost", ended.said)
                try await server.unpause()
                try await row.expectClean(fixture, ended, server, except: [.remoteFiles])
            }
        }
    }

    @Test func `row 4: a machine that is paused during an upload is told as lost within 20 s`()
        async throws
    {
        try await row(
            4,
            fault: "the machine freezes in the middle of an upload",
            promise: "told as lost within 20 s; the destination is absent or old",
            bound: .seconds(20)
        ) { row in
            try await row.withServer { server, fixture in
                let proxy = try await FaultProxy(
                    port: server.server.port,
                    bytesPerSecond: 8 << 20
                )
                try await withFaultProxy(proxy) { proxy in
                    let source = try fixture.writeDense(mebibytes: 64, to: "large")
                    let file = ["type": "file", "source": source, "destination": "/tmp/large"]
                    let ended = try await row.build(
                        fixture,
                        builder: fixture.builder(port: proxy.port),
                        [file],
                        at: "Uploading"
                    ) { _ in
                        try await eventually("some of it has passed") {
                            proxy.passed(.toServer) > 4 << 20
                        }
                        try await server.pause()
                    }
                    row.expect(ended.hasFailed, "ends with exit code 1", ended.said)
                    row.expect(ended.told != nil, "told as lost", ended.said)
                    try await server.unpause()
                    try await row.expectWhole("/tmp/large", on: server, oneOf: ["absent"])
                    try await row.expectClean(
                        fixture,
                        ended,
                        server,
                        allowing: ["/tmp/large"],
                        except: [.remoteFiles]
                    )
                }
            }
        }
    }

    @Test func `row 4: a machine that is paused between two steps is told as lost`() async throws {
        try await row(
            4,
            fault: "the machine freezes while nothing is asked of it",
            promise: "told as lost within 20 s; fails when the next step cannot begin for "
                + "`start_retry_timeout`, here 5 s",
            bound: .seconds(20)
        ) { row in
            try await row.withServer { server, fixture in
                let ended = try await row.build(
                    fixture,
                    [
                        row.script(["echo \(Self.begins)"]),
                        row.script(
                            ["true"],
                            more: ["pause_before": "3s", "start_retry_timeout": "5s"]
                        ),
                    ],
                    at: "Pausing 3s"
                ) { _ in try await server.pause() }
                row.expect(ended.hasFailed, "ends with exit code 1", ended.said)
                row.expect(ended.told != nil, "told as lost", ended.said)
                try await server.unpause()
                try await row.expectClean(fixture, ended, server, except: [.remoteFiles])
            }
        }
    }

    @Test func `row 5: a machine that is cut off is told as lost within 20 s`() async throws {
        try await row(
            5,
            fault: "the network of the machine is gone while a command runs",
            promise: "as row 4; what ran there ends when the server notices",
            bound: .seconds(20)
        ) { row in
            let notices = ["ClientAliveInterval 2", "ClientAliveCountMax 2"]
            try await row.withServer(options: notices) { server, fixture in
                let builder = fixture.builder(
                    port: 22,
                    more: ["ssh_host": server.address]
                )
                let ended = try await row.build(
                    fixture,
                    builder: builder,
                    [row.script(["echo \(Self.begins)", "sleep 3600"])],
                    at: Self.begins
                ) { _ in try await server.disconnect() }
                row.expect(ended.hasFailed, "ends with exit code 1", ended.said)
                row.expect(ended.told != nil, "told as lost", ended.said)
                try await row.expectClean(fixture, ended, server, except: [.remoteFiles])
            }
        }
    }

    @Test func `row 6: a session whose sshd is killed is told as lost at once`() async throws {
        try await row(
            6,
            fault: "the session's sshd is killed while a command runs",
            promise: "told as lost at once; nothing is left on the machine",
            bound: .seconds(1)
        ) { row in
            try await row.withServer { server, fixture in
                let ended = try await row.build(
                    fixture,
                    [row.script(["echo \(Self.begins)", "sleep 3600"])],
                    at: Self.begins
                ) { _ in try await server.signalSessions("KILL") }
                row.expect(ended.hasFailed, "ends with exit code 1", ended.said)
                try await row.expectClean(fixture, ended, server)
            }
        }
    }

    @Test func `row 7: a session whose sshd sleeps for 10 s goes on, and nothing is lost`()
        async throws
    {
        try await row(
            7,
            fault: "the session's sshd is stopped for 10 s while a command writes",
            promise: "no error, and every line of the output",
            bound: .seconds(20)
        ) { row in
            try await row.withServer { server, fixture in
                let count = 500
                let loop = "for i in $(seq \(count)); do echo line $i; sleep 0.01; done"
                let ended = try await row.build(
                    fixture,
                    [row.script(["echo \(Self.begins)", loop])],
                    at: Self.begins
                ) { _ in
                    try await server.signalSessions("STOP")
                    // No wait for something: the length of the fault.
                    try await Task.sleep(for: .seconds(10))
                    try await server.signalSessions("CONT")
                }
                row.expect(ended.hasSucceeded, "the build succeeds", ended.said)
                let numbers = ended.said.matches(of: /machine: line ([0-9]+)/)
                    .compactMap { Int($0.1) }
                row.expect(numbers == Array(1...count), "every line, in order", ended.said)
                try await row.expectClean(fixture, ended, server)
            }
        }
    }
}
