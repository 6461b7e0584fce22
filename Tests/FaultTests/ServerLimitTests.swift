import Foundation
import SocketStreams
import TestSupport
import Testing

@Suite("Rows 9 to 12 and 18: a server with narrow limits")
struct ServerLimitTests {
    @Test func `row 9: a server that opens no session is told at once`() async throws {
        try await row(
            9,
            fault: "`MaxSessions 0`: no session can be opened",
            promise: "told at once, and not tried for minutes",
            bound: .seconds(2)
        ) { row in
            try await row.withServer(options: ["MaxSessions 0"]) { server, fixture in
                let ended = try await row.build(fixture, [row.script(["true"])])
                row.expect(ended.hasFailed, "ends with exit code 1", ended.said)
                row.expect(ended.said.contains("MaxSessions"), "the cause is named", ended.said)
                try await row.expectClean(fixture, ended, server)
            }
        }
    }

    @Test func `row 10: one session at a time is enough for scripts and files`() async throws {
        try await row(
            10,
            fault: "`MaxSessions 1`: commands and files share one session",
            promise: "they take turns, and the build succeeds"
        ) { row in
            try await row.withServer(options: ["MaxSessions 1"]) { server, fixture in
                let source = try fixture.files.write(Array("moved".utf8), to: "source")
                let ended = try await row.build(
                    fixture,
                    [
                        row.script(["echo first"]),
                        ["type": "file", "source": source, "destination": "/tmp/destination"],
                        row.script(["grep moved /tmp/destination"]),
                    ]
                )
                row.expect(ended.hasSucceeded, "the build succeeds", ended.said)
                try await row.expectClean(
                    fixture,
                    ended,
                    server,
                    allowing: ["/tmp/destination"]
                )
            }
        }
    }

    @Test func `row 11: a server that is full is tried until it has room`() async throws {
        try await row(
            11,
            fault: "`MaxStartups 2:100:2`, and two others hold both places for 8 s",
            promise: "succeeds within 5 s after there is room",
            bound: .seconds(13)
        ) { row in
            try await row.withServer(options: ["MaxStartups 2:100:2"]) { server, fixture in
                let holders = Task {
                    var streams: [SocketStream] = []
                    for _ in 0..<2 {
                        let port = UInt16(server.server.port)
                        let stream = try await SocketStream.connect(
                            host: server.server.host,
                            port: port,
                            timeout: .seconds(10)
                        )
                        // It is held from when the server speaks.
                        _ = try await stream.read(upTo: 1)
                        streams.append(stream)
                    }
                    return streams
                }
                let streams = try await holders.value
                let leaving = Task {
                    try? await Task.sleep(for: .seconds(8))
                    for stream in streams { await stream.close() }
                }
                let ended = try await row.build(fixture, [row.script(["true"])])
                await leaving.value
                row.expect(ended.hasSucceeded, "the build succeeds", ended.said)
                try await row.expectClean(fixture, ended, server)
            }
        }
    }

    @Test func `row 12: a wrong password is told before a server with penalties shuts us out`()
        async throws
    {
        try await row(
            12,
            fault: "a wrong password, and OpenSSH 10 that shuts out for 5 s after each",
            promise: "told as a refused login after `ssh_handshake_attempts`, here 3",
            bound: .seconds(20)
        ) { row in
            try await row.withServer(like: .penalties) { server, fixture in
                var builder = fixture.builder(more: [
                    "ssh_password": "not the password", "ssh_handshake_attempts": 3,
                ])
                builder["ssh_private_key_file"] = nil
                let ended = try await row.build(fixture, builder: builder, [row.script(["true"])])
                row.expect(ended.hasFailed, "ends with exit code 1", ended.said)
                row.expect(ended.said.contains("password"), "the method is named", ended.said)
                row.expect(!ended.said.contains("not the password"), "it is not shown")
                let failures = try await server.server.log().components(separatedBy: "Failed ")
                row.expect(failures.count - 1 <= 3, "three tries at most", ended.said)
                try await row.expectClean(fixture, ended, server)
            }
        }
    }

    @Test func `row 18: a session that the server gives up is no success`() async throws {
        try await row(
            18,
            fault: "`ChannelTimeout session:*=1s`: a quiet command loses its session",
            promise: "told as lost, never as a success",
            bound: .seconds(2)
        ) { row in
            try await row.withServer(like: .channelTimeout) { server, fixture in
                let ended = try await row.build(
                    fixture,
                    [row.script(["echo it has begun", "sleep 6", "exit 0"])],
                    at: "it has begun"
                )
                row.expect(ended.hasFailed, "ends with exit code 1", ended.said)
                try await row.expectClean(fixture, ended, server)
            }
        }
    }
}
