import SoakReports
import TestSupport
import Testing

@Suite("What goes on for long between two yamux sessions over a Unix socket", .serialized)
struct YamuxOverTimeTests {
    @Test func `streams come and go, and leave nothing behind`() async throws {
        let count = SoakScale.of(10_000)
        let (run, end) = try await SoakRun.of("streams", count)
        run.expectFlat()
        try SoakTable.write(
            SoakTable.overTime,
            [run.figures("\(count) yamux streams, 10 at a time", end)]
        )
    }

    @Test func `much goes both ways at once and takes no memory`() async throws {
        let size = SoakScale.of(1 << 30)
        let (run, end) = try await SoakRun.of("bulk", size)
        run.expectFlat(residentLimit: SoakRun.streamLimit)
        #expect(run.range(\.anonymous).upperBound < 66 << 20)
        try SoakTable.write(
            SoakTable.overTime,
            [run.figures("\(size >> 20) MiB each way on one yamux stream", end)]
        )
    }
}
