import TestSupport
import Testing

@Suite("Row 17: a machine that starts again in the middle of a build")
struct RebootTests {
    @Test(arguments: [false, true])
    func `row 17: the next step runs after a restart, and only with the same host key`(
        hasNewHostKeys: Bool
    ) async throws {
        let key = hasNewHostKeys ? "another" : "the same"
        try await row(
            17,
            fault: "the machine restarts under `expect_disconnect`, with \(key) host key",
            promise: hasNewHostKeys ? "refused" : "the next step runs on the new boot",
            bound: .seconds(20)
        ) { row in
            try await row.withServer { server, fixture in
                let ended = try await row.build(
                    fixture,
                    [
                        row.script(
                            ["echo it has begun", "sleep 3600"],
                            more: ["expect_disconnect": true]
                        ),
                        row.script(["echo this is the next step", "cat /proc/uptime"]),
                    ],
                    at: "it has begun"
                ) { _ in try await server.restart(withNewHostKeys: hasNewHostKeys) }
                let goesOn = ended.said.contains("machine: this is the next step")
                if hasNewHostKeys {
                    row.expect(ended.hasFailed, "ends with exit code 1", ended.said)
                    row.expect(!goesOn, "nothing runs on a machine with another key", ended.said)
                    row.expect(
                        ended.said.contains("the first connection showed"),
                        "the cause is named",
                        ended.said
                    )
                } else {
                    row.expect(ended.hasSucceeded, "the build succeeds", ended.said)
                    row.expect(goesOn, "the next step runs", ended.said)
                }
                try await row.expectClean(
                    fixture,
                    ended,
                    server,
                    except: hasNewHostKeys ? [.remoteFiles] : []
                )
            }
        }
    }
}
