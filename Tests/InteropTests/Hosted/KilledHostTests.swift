import Foundation
import Processes
import TestSupport
import Testing

/// Row 48: packer-swift is killed at random moments while plugins work for it.
@Suite("A host that is killed", .timeLimit(.minutes(10)))
struct KilledHostTests {
    /// How often; `PACKER_SWIFT_SOAK=100`, as `make soak` has it, makes it 100.
    private static var count: Int {
        let percent = ProcessInfo.processInfo.environment["PACKER_SWIFT_SOAK"].flatMap { Int($0) }
        return max(20, percent ?? 0)
    }

    /// What is promised, where nothing else runs; and else when it counts as left behind.
    private static var limit: Duration { count > 20 ? .seconds(2) : .seconds(10) }

    private static var seed: UInt64 {
        ProcessInfo.processInfo.environment["PACKER_SWIFT_SEED"].flatMap { UInt64($0) }
            ?? .random(in: .min ... .max)
    }

    @Test func `leaves no plugin, child, socket or copy after 2 s, wherever it was`() async throws {
        try await withBuildFixture { fixture in
            let template = try fixture.template(
                [fixture.builder()],
                [
                    ["type": "shell", "inline": ["echo begun; sleep 0.3"]],
                    ["type": "shell-local", "inline": ["(setsid sleep 60 &); sleep 60"]],
                ]
            )
            let seed = Self.seed
            print("killed at random moments: PACKER_SWIFT_SEED=\(seed)")
            var generator = SplitMix(seed: seed)
            var slowest = Duration.zero
            for _ in 0..<Self.count {
                // A build that is left alone is at its last step, which stays, after this.
                let moment = Duration.milliseconds(Int.random(in: 0...1500, using: &generator))
                let time = try await killed(after: moment, fixture, template)
                slowest = max(slowest, time)
            }
            print("row 48: \(Self.count) kills, all gone after \(slowest) at most")
        }
    }

    /// Kills a build, and gives how long something of it was left.
    private func killed(
        after moment: Duration,
        _ fixture: BuildFixture,
        _ template: String
    ) async throws -> Duration {
        // Short, so that the plugins' folders are in it.
        let temporary = "/tmp/pst-\(String(UInt32.random(in: 0 ... .max), radix: 36))"
        try FileManager.default.createDirectory(
            atPath: temporary,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        defer { try? FileManager.default.removeItem(atPath: temporary) }
        let folder = try fixture.files.goPlugins(["builder-null", "provisioner-shell"])
        var program = try fixture.packerSwift()
        program.environment["TMPDIR"] = temporary
        program.environment["PACKER_TEST_MARK"] = temporary
        let outcome = try await program.run(
            ["build", "-isolate", "-plugin-path", folder, template]
        ) { running in
            // The moment is the fault.
            try await Task.sleep(for: moment)
            running.signalProcess(SIGKILL)
        }
        #expect(outcome.end == .signaled(SIGKILL), "\(outcome.output)")
        let begin = ContinuousClock.now
        try await eventually("the end of all of it: \(temporary)", within: Self.limit) {
            let files = try FileManager.default.contentsOfDirectory(atPath: temporary)
            return files.isEmpty && leftovers(temporary).isEmpty
        }
        return begin.duration(to: .now)
    }

    /// The processes that have the mark, in their environment or their arguments.
    private func leftovers(_ mark: String) -> [String] {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.filter { number in
            guard Int(number) != nil else { return false }
            return ["environ", "cmdline"].contains { name in
                let bytes = FileManager.default.contents(atPath: "/proc/\(number)/\(name)")
                return bytes.map { String(decoding: $0, as: UTF8.self).contains(mark) } == true
            }
        }
    }
}
