import Processes
import SoakReports
import Testing

@Suite("The judgement of a run with an allocation that fails")
struct AllocationRunTests {
    private func crash(_ frames: String...) throws -> AllocationRun {
        let list = frames.map { "\"\($0)\"" }.joined(separator: ",")
        let line = "{\"crash\":{\"signal\":11,\"frames\":[\(list)]}}"
        return try AllocationRun(1, line, end: .exited(70))
    }

    private func run(_ change: (inout AllocationReport) -> Void) throws -> AllocationRun {
        var report = AllocationReport(failing: 1)
        report.stage = "done"
        change(&report)
        return try AllocationRun(1, SoakLine(report).text, end: .exited(0))
    }

    @Test func `blames libssh2 for a crash in it, or in what it called`() throws {
        for run in [
            try crash("libssh2.so.1+0x10", "soak-client+0x20"),
            try crash(
                "libc.so.6+0x5",
                "libcrypto.so.3+0x5",
                "libssh2.so.1+0x10",
                "soak-client+0x2"
            ),
        ] {
            #expect(run.faultsOfOurs == [])
            #expect(run.findings.map(\.what) == ["a crash (11)"])
        }
    }

    @Test func `blames us for a crash in our code, also when libssh2 called it`() throws {
        for run in [
            try crash("soak-client+0x20", "libssh2.so.1+0x10", "soak-client+0x2"),
            try crash("libc.so.6+0x5", "libswiftCore.so+0x1", "libssh2.so.1+0x10"),
            try crash(),
        ] {
            #expect(run.faultsOfOurs.count == 1)
            #expect(run.findings.isEmpty)
        }
    }

    @Test func `blames libssh2 for what a freed session leaves, and us for a session`() throws {
        let left = AllocationReport.Block(size: 75, call: 3, frames: ["libssh2.so.1+0x10"])
        let session = AllocationReport.Block(
            size: 54_840,
            call: 1,
            frames: ["libssh2.so.1+0x19ede (libssh2_session_init_ex)"]
        )
        #expect(try run { $0.leaks = [left] }.faultsOfOurs == [])
        #expect(try run { $0.leaks = [left] }.findings.map(\.what) == ["a leak"])
        #expect(try run { $0.leaks = [left, session] }.faultsOfOurs == ["a session was not freed"])
    }

    @Test func `wants an error with a code where not all succeeded`() throws {
        #expect(try run { $0.stage = "upload" }.faultsOfOurs == ["no error says why"])
        #expect(
            try run {
                $0.stage = "upload"
                $0.error = "disconnected"
            }.faultsOfOurs == []
        )
        #expect(try run { $0.sockets = 1 }.faultsOfOurs == ["1 sockets are still open"])
        #expect(try run { $0.wrong = ["a"] }.faultsOfOurs == ["a"])
        #expect(try AllocationRun(1, "", end: .exited(1)).faultsOfOurs.count == 1)
    }
}
