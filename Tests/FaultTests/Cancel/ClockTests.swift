import Foundation
import TestSupport
import Testing

@Suite("Row 55: clocks that jump, and a program that is stopped")
struct ClockTests {
    private static let begins = "it has begun"

    @Test func `row 55: clocks that begin elsewhere change nothing`() async throws {
        try await row(
            55,
            fault: "the monotonic and the boot-time clock are a day ahead (`unshare -T`)",
            promise: "a build succeeds, and a provisioner's timeout of 2 s is one of 2 s",
            bound: .seconds(10)
        ) { row in
            try await row.withServer { server, fixture in
                let day = ["--monotonic", "86400", "--boottime", "86400"]
                let user = getuid() == 0 ? [] : ["--map-root-user"]
                let wrapper = ["unshare", "--time"] + user + day
                let builders = [fixture.builder()]
                let good = try await row.build(
                    fixture,
                    builders: builders,
                    [row.script(["echo \(Self.begins)"])],
                    wrapper: wrapper
                ) {
                    try await $0.says(Self.begins)
                } fault: { _ in
                }
                row.expect(good.hasSucceeded, "the build succeeds", good.said)
                let late = try await row.build(
                    fixture,
                    builders: builders,
                    [row.script(["echo \(Self.begins)", "sleep 3600"], more: ["timeout": "2s"])],
                    wrapper: wrapper
                ) {
                    try await $0.says(Self.begins)
                } fault: { _ in
                }
                row.expect(late.hasFailed, "the timeout ends it", late.said)
                row.expect(late.time > .seconds(1), "not before its time", "\(late.time)")
                row.record(time: late.time, result: "exit 0; with the timeout exit 1")
                try await row.expectClean(fixture, late, server)
            }
        }
    }

    @Test func `row 55: a wall clock that jumps by a day changes nothing`() async throws {
        try await row(
            55,
            fault: "the wall clock jumps a day ahead and two days back in the middle of a build",
            promise: "nothing times out; the build succeeds",
            bound: .seconds(10)
        ) { row in
            try await row.withServer { server, fixture in
                let environment = try await Self.fakeTime(fixture)
                try Self.set("+0d", fixture)
                let machine = server.server
                let script = [
                    "echo \(Self.begins)", "while [ ! -e /tmp/go ]; do sleep 0.05; done",
                    "rm /tmp/go; sleep 1",
                ]
                let ended = try await row.build(
                    fixture,
                    builders: [fixture.builder()],
                    [row.script(script, more: ["timeout": "1h"]), row.script(["echo more"])],
                    // The library sets a variable in the first program that loads it, and then
                    // Swift's runtime does not find the arguments.
                    wrapper: ["sh", "-c", "exec \"$@\"", "sh"],
                    environment: environment
                ) {
                    try await $0.says(Self.begins)
                } fault: { _ in
                    for offset in ["+1d", "-1d"] {
                        try Self.set(offset, fixture)
                        try await Self.check(offset, environment)
                    }
                    try await machine.exec("touch /tmp/go; chown packer /tmp/go")
                }
                row.expect(ended.hasSucceeded, "the build succeeds", ended.said)
                row.record(time: ended.time, result: "exit 0")
                try await row.expectClean(fixture, ended, server)
            }
        }
    }

    /// What makes a program's wall clock follow a file.
    private static func fakeTime(_ fixture: BuildFixture) async throws -> [String: String] {
        let name = "libfaketime.so.1"
        let found = try await Program("sh").succeed(["-c", "ls /usr/lib/*/faketime/\(name)"])
        return [
            "LD_PRELOAD": found.trimmingCharacters(in: .whitespacesAndNewlines),
            "FAKETIME_TIMESTAMP_FILE": fixture.files["offset"], "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1",
        ]
    }

    private static func set(_ offset: String, _ fixture: BuildFixture) throws {
        let url = URL(fileURLWithPath: fixture.files["offset"])
        try Data("\(offset)\n".utf8).write(to: url, options: .atomic)
    }

    /// Whether programs with this environment really have another time.
    private static func check(_ offset: String, _ environment: [String: String]) async throws {
        let seen = try await Program("date", environment: environment).succeed(["+%s"])
        let seconds = Int(seen.trimmingCharacters(in: .newlines)) ?? 0
        let difference = seconds - Int(Date().timeIntervalSince1970)
        #expect(abs(difference - (offset == "+1d" ? 86_400 : -86_400)) < 60)
    }

    @Test func `row 55: a program that was stopped longer than every limit goes on`() async throws {
        try await row(
            55,
            fault:
                "the program is stopped for 25 s (SIGSTOP), while one build uploads and one runs",
            promise: "nothing times out; both builds succeed",
            bound: .seconds(20)
        ) { row in
            try await row.withServer { server, fixture in
                let proxy = try await FaultProxy(port: server.server.port, bytesPerSecond: 4 << 20)
                try await withFaultProxy(proxy) { proxy in
                    try await stop(row, server, fixture, proxy)
                }
            }
        }
    }

    private func stop(
        _ row: Row,
        _ server: FaultServer,
        _ fixture: BuildFixture,
        _ proxy: FaultProxy
    ) async throws {
        let source = try fixture.writeDense(mebibytes: 16, to: "large")
        let sum = try await Program("sha256sum").succeed([source]).prefix(64)
        let file: [String: Any] = [
            "type": "file", "source": source, "destination": "/tmp/large", "only": ["uploads"],
        ]
        let lines = [
            "echo \(Self.begins)", "while [ ! -e /tmp/go ]; do sleep 0.05; done", "rm /tmp/go",
        ]
        let machine = server.server
        let ended = try await row.build(
            fixture,
            builders: [fixture.builder("uploads", port: proxy.port), fixture.builder("runs")],
            [file, row.script(lines, more: ["only": ["runs"], "timeout": "20s"])]
        ) { running in
            try await running.says(Self.begins)
            try await eventually("a quarter of the file has passed", within: .seconds(60)) {
                proxy.passed(.toServer) > 4 << 20
            }
        } fault: { running in
            running.signal(SIGSTOP)
            // No wait for something: the length of the fault.
            try await Task.sleep(for: .seconds(25))
            running.signal(SIGCONT)
            try await machine.exec("touch /tmp/go; chown packer /tmp/go")
        }
        row.expect(ended.hasSucceeded, "both builds succeed", ended.said)
        row.record(time: ended.time, result: ended.hasSucceeded ? "exit 0" : "exit 1")
        try await row.expectWhole("/tmp/large", on: server, oneOf: [String(sum)])
        try await row.expectClean(fixture, ended, server, allowing: ["/tmp/large"])
    }
}
