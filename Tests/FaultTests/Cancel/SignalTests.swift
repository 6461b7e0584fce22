import TestSupport
import Testing

@Suite("Row 56: signals and a closed output")
struct SignalTests {
    /// Exit codes are Packer's: 1 for a cancelled build, whatever cancelled it.
    @Test(arguments: Phase.allCases)
    func `row 56: the first ends with a clean-up, the second at once`(phase: Phase) async throws {
        try await row(
            56,
            fault: Interruption.allCases.map(\.rawValue).joined(separator: ", ")
                + "; \(phase.clause)",
            promise: "clean within 10 s; at the second signal at once, with no process here",
            bound: .seconds(10),
            packer: .cannot("it has no phases that a signal could meet differently: see row 30")
        ) { row in
            try await Stage.with(phase, row) { stage in
                var longest = Duration.zero
                for interruption in Interruption.allCases {
                    let ended = try await stage.cancel(interruption)
                    longest = max(longest, ended.time)
                    // A script that takes no notice of TERM gives time for a second signal.
                    if interruption == .twice && phase == .running {
                        let isClean = ended.said.contains("Cleanly cancelled")
                        row.expect(!isClean, "does not wait for the clean-up", ended.said)
                    }
                }
                row.record(time: longest, result: "exit 1 each time")
            }
        }
    }
}
