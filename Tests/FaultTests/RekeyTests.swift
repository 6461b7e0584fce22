import Processes
import TestSupport
import Testing

@Suite("Row 16: new keys in the middle of a transfer")
struct RekeyTests {
    @Test(arguments: [("1M", 20), ("16K 1s", 2)])
    func `row 16: files are whole whatever the number of key exchanges`(
        limit: String,
        mebibytes: Int
    ) async throws {
        try await row(
            16,
            fault: "`RekeyLimit \(limit)`, \(mebibytes) MiB up and down",
            promise: "whole both ways",
            bound: .seconds(20)
        ) { row in
            try await row.withServer(options: ["RekeyLimit \(limit)"]) { server, fixture in
                let source = fixture.files["source"]
                let back = fixture.files["back"]
                try await Program("sh").succeed([
                    "-c", "head -c \(mebibytes << 20) /dev/urandom >'\(source)'",
                ])
                let ended = try await row.build(
                    fixture,
                    [
                        ["type": "file", "source": source, "destination": "/tmp/file"],
                        [
                            "type": "file", "direction": "download", "source": "/tmp/file",
                            "destination": back,
                        ],
                    ]
                )
                row.expect(ended.hasSucceeded, "the build succeeds", ended.said)
                let same = try await Program("cmp").run([source, back])
                row.expect(same.end == .exited(0), "what comes back is what went", same.output)
                try await row.expectClean(fixture, ended, server, allowing: ["/tmp/file"])
            }
        }
    }
}
