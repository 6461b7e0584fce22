import Foundation
import Processes
import TestSupport
import Testing

@Suite("Row 30: a build is cancelled at random moments")
struct RandomCancelTests {
    private static let destination = "/tmp/large"

    /// Few in a run of all tests; of the 100 that are promised, as many percent as
    /// `PACKER_SWIFT_SOAK` says.
    private static var count: Int {
        let percent = ProcessInfo.processInfo.environment["PACKER_SWIFT_SOAK"].flatMap { Int($0) }
        return max(6, percent ?? 0)
    }

    /// The moments follow from this; `PACKER_SWIFT_SEED` repeats a run.
    private static var seed: UInt64 {
        ProcessInfo.processInfo.environment["PACKER_SWIFT_SEED"].flatMap { UInt64($0) }
            ?? .random(in: .min ... .max)
    }

    @Test func `row 30: both ends are clean within 7 s wherever the build was`() async throws {
        try await row(
            30,
            fault: "cancelled at random moments of a build, from its start to its end",
            promise: "nothing is left, here or there, each time",
            bound: .seconds(7),
            packer: .cannot("what it leaves the first time is there the second time")
        ) { row in
            try await row.withServer { server, fixture in
                let proxy = try await FaultProxy(port: server.server.port, bytesPerSecond: 8 << 20)
                try await withFaultProxy(proxy) { proxy in
                    try await run(row, server, fixture, port: proxy.port)
                }
            }
        }
    }

    private func run(
        _ row: Row,
        _ server: FaultServer,
        _ fixture: BuildFixture,
        port: Int
    ) async throws {
        let source = try fixture.writeDense(mebibytes: 4, to: "large")
        let sum = try await Program("sha256sum").succeed([source]).prefix(64)
        let seed = Self.seed
        print("cancelled at random moments: PACKER_SWIFT_SEED=\(seed)")
        var generator = SplitMix(seed: seed)
        let cancel = { (moment: Duration?) in
            try await build(row, fixture, port: port, source, cancelledAfter: moment)
        }
        let start = ContinuousClock.now
        let whole = try await cancel(nil)
        let length = start.duration(to: .now)
        row.expect(whole.hasSucceeded, "a build that is left alone succeeds", whole.said)
        var slowest = Duration.zero
        var finished = 0
        for number in 1...Self.count {
            try await server.server.exec("rm -f \(Self.destination)")
            let moment = length * Double.random(in: 0..<1, using: &generator)
            let ended = try await cancel(moment)
            let look = ContinuousClock.now
            let said = "number \(number), after \(moment) of \(length):\n\(ended.said)"
            // Before the program has said a word it may not have got to handling signals.
            let isEarly = ended.end == .signaled(SIGINT) && ended.said.isEmpty
            row.expect(
                ended.hasFailed || ended.hasSucceeded || isEarly,
                "ends with exit code 1, or 0 when it was done",
                "\(ended.end as Any) \(said)"
            )
            if ended.hasSucceeded { finished += 1 }
            try await row.expectWhole(Self.destination, on: server, oneOf: ["absent", String(sum)])
            try await row.expectClean(fixture, ended, server, allowing: [Self.destination])
            slowest = max(slowest, ended.time + look.duration(to: .now))
        }
        row.expect(slowest < row.limit, "clean in time", "\(slowest)")
        let rest = finished > 0 ? ", \(finished) times when it was done" : ""
        row.record(time: slowest, result: "clean \(Self.count) times\(rest) (the slowest)")
    }

    /// One build of about two seconds that goes through all phases.
    private func build(
        _ row: Row,
        _ fixture: BuildFixture,
        port: Int,
        _ source: String,
        cancelledAfter moment: Duration?
    ) async throws -> Row.Ended {
        let lines = [
            "for i in 1 2 3 4 5 6; do echo line $i; sleep 0.1; done", "sleep 3600 &",
            // Nobody ends what a script leaves behind on purpose; so it ends itself.
            "(sleep 1; kill $!) >/dev/null 2>&1 &",
        ]
        return try await row.build(
            fixture,
            builders: [fixture.builder(port: port)],
            [
                ["type": "file", "source": source, "destination": Self.destination],
                row.script(lines, more: ["output_grace": "400ms"]),
            ]
        ) { running in
            // The one place where time is the point.
            if let moment { try await Task.sleep(for: moment) }
        } fault: { running in
            if moment != nil { running.signal(SIGINT) }
        }
    }
}
