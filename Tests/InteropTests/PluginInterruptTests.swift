import Foundation
import Processes
import TestSupport
import Testing

@Suite("Ctrl-C in the real packer", .timeLimit(.minutes(5)))
struct PluginInterruptTests {
    /// Interrupts a build in the middle of a script, and looks for what is left.
    private func interrupt(
        builder type: String,
        provisioner: String,
        _ check: (Program.Outcome, BuildFixture, String) async throws -> Void
    ) async throws {
        try await withBuildFixture { fixture in
            let marker = "3600.\(UInt32.random(in: 100_000 ... .max))"
            let script: [String: Any] = [
                "type": provisioner, "remote_folder": fixture.remote,
                "inline": ["echo it has begun", "sleep \(marker)"],
            ]
            let template = try fixture.template(
                [fixture.builder(more: ["type": type])],
                [script]
            )
            let packer = try fixture.packer(with: .multi)
            let outcome = try await packer.run(["build", "-color=false", template]) { running in
                try await running.says("it has begun")
                // As the terminal does: to packer and to all its plugins.
                running.signal(SIGINT)
            }
            #expect(outcome.end == .exited(1))
            #expect(outcome.output.contains("Cleanly cancelled builds"), "\(outcome)")
            let plugins = fixture.files["plugins"]
            try await eventually("the end of the plugins") {
                try await Program("pgrep").run(["-f", plugins]).end == .exited(1)
            }
            try await check(outcome, fixture, "sleep \(marker)")
        }
    }

    @Test func `our script on our builder's machine ends, with all it left`() async throws {
        try await interrupt(builder: "swift-ssh", provisioner: "swift-shell") { _, fixture, sleep in
            try await eventually("the end of the remote script") {
                try await !fixture.server.runs(sleep)
            }
            #expect(try await fixture.server.exec("ls -A \(fixture.remote)") == "")
        }
    }

    @Test func `packer's script on our builder's machine ends with the connection`() async throws {
        try await interrupt(builder: "swift-ssh", provisioner: "shell") { _, fixture, sleep in
            try await eventually("the end of the remote script") {
                try await !fixture.server.runs(sleep)
            }
        }
    }

    @Test func `our script on packer's own machine is given up`() async throws {
        try await interrupt(builder: "null", provisioner: "swift-shell") { _, fixture, sleep in
            // Packer's wire has no word for ending a command.
            if try await fixture.server.runs(sleep) {
                try await fixture.server.exec("pkill -f '[s]\(sleep.dropFirst())'")
            }
        }
    }
}
