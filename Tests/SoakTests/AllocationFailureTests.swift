import Foundation
import Processes
import SoakReports
import TestSupport
import Testing

/// Connecting, a command and an upload, once for each allocation that libssh2 makes for them.
@Suite("Memory that runs out in libssh2", .serialized)
struct AllocationFailureTests {
    /// No step may take longer: above it stands the longest limit of a connection, 30 s, twice.
    private static let hangLimit: Duration = .seconds(90)
    /// How many runs beyond the last allocation end the search; their number differs a little.
    private static let enoughBeyond = 3

    @Test(arguments: [("allocation", "one"), ("exhaustion", "all from then on")])
    func `ends in an error with a code, and leaves nothing of ours`(
        action: String,
        which: String
    ) async throws {
        let server = try DockerServer()
        let folder = "/tmp/soak-\(UUID().uuidString)"
        do {
            try await sweep(action, which, server, folder)
        } catch {
            _ = try? await server.exec("rm -rf \(folder)")
            throw error
        }
        try await server.exec("rm -rf \(folder)")
    }

    private func sweep(
        _ action: String,
        _ which: String,
        _ server: DockerServer,
        _ folder: String
    ) async throws {
        let whole = try await run(action, 0, folder)
        let report = try #require(whole.report)
        #expect(report.stage == "done" && report.leaks.isEmpty, "\(report)")
        #expect(whole.faultsOfOurs == [])

        let step = max(1, min(Int(100 / SoakScale.percent), report.calls / 10))
        var runs: [AllocationRun] = []
        var beyond = 0
        var number = 1
        while beyond < Self.enoughBeyond {
            let run = try await run(action, number, folder)
            #expect(run.faultsOfOurs == [], "allocation \(number): \(run)")
            // Where memory is there again, a connection can be made to clean up.
            if action == "allocation" { #expect(run.report?.leftovers ?? [] == [], "\(number)") }
            if run.hasFailed { runs.append(run) } else { beyond += 1 }
            number += step
        }
        #expect(runs.count >= min(10, report.calls))
        try SoakTable.write(
            ["Failing (\(which))", "Runs", "What became of it"],
            AllocationRun.outcomes(of: runs)
        )
        try SoakTable.write(
            ["Found in libssh2 (\(which))", "Allocations", "Where, innermost first"],
            AllocationRun.findings(of: runs)
        )
    }

    private func run(_ action: String, _ number: Int, _ folder: String) async throws
        -> AllocationRun
    {
        let client = Program(try ProjectFiles.soakClient())
        let outcome = try await client.run([action, "\(number)", folder], within: Self.hangLimit)
        return try AllocationRun(
            number,
            outcome.output,
            errors: outcome.errors,
            end: outcome.end
        )
    }
}
