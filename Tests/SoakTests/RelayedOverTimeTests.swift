import SoakReports
import TestSupport
import Testing

@Suite("What goes on for long between a plugin and its host's machine", .serialized)
struct RelayedOverTimeTests {
    /// Enough to see whether memory grows with it, also when little is asked for.
    private let size = max(64 << 20, SoakScale.of(10 << 30))

    @Test func `much goes into a command and out of it at once, and takes no memory`() async throws
    {
        let (run, end) = try await SoakRun.of("relayed-command", size)
        run.expectFlat(residentLimit: SoakRun.streamLimit, passing: 4)
        #expect(run.range(\.anonymous).upperBound < 66 << 20)
        try SoakTable.write(
            SoakTable.overTime,
            [run.figures("\(size >> 20) MiB each way through a command of the other process", end)]
        )
    }

    @Test func `a large file goes there and back, and takes no memory`() async throws {
        let (run, end) = try await SoakRun.of("relayed-file", size)
        run.expectFlat(residentLimit: SoakRun.streamLimit, passing: 4)
        #expect(run.range(\.anonymous).upperBound < 66 << 20)
        try SoakTable.write(
            SoakTable.overTime,
            [
                run.figures(
                    "a file of \(size >> 20) MiB to the other process's machine and back",
                    end
                )
            ]
        )
    }
}
