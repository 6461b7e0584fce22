import Foundation
import SoakReports
import TestSupport
import Testing

/// How much of the full sizes is done: 1 %, or what `PACKER_SWIFT_SOAK` says in percent.
enum SoakScale {
    static let percent =
        ProcessInfo.processInfo.environment["PACKER_SWIFT_SOAK"]
        .flatMap(Double.init) ?? 1

    static func of(_ full: Int) -> Int { max(1, Int(Double(full) * percent / 100)) }
}

/// One run of soak-client over time, and what it held.
struct SoakRun {
    /// What has to stay: a leak of a hundred bytes for each of 10,000 commands is about this.
    static let driftLimit = 1_048_576.0

    /// The samples after the warm-up, when threads, buffers and caches have come to their size.
    let samples: [ProcessSample]

    init(_ all: [ProcessSample]) {
        samples = Array(all.dropFirst(all.count / 5))
    }

    /// Runs soak-client to its end, and expects that nothing it did was wrong.
    ///
    /// Nothing of it may be left on the server, if it uses one.
    static func of(_ action: String, _ count: Int, on server: DockerServer? = nil) async throws
        -> (run: SoakRun, end: SoakEnd)
    {
        let token = "soak-\(UUID().uuidString)"
        let output = try await Program(try ProjectFiles.soakClient())
            .succeed([action, "\(count)", token], within: .seconds(7200))
        let lines = try SoakLine.all(in: output)
        let end = try #require(lines.last?.end)
        #expect(end.wrongCount == 0, "\(end.wrong)")
        #expect(!end.hasChild)
        if let server {
            try await eventually("the end of \(token) on the server") {
                try await !server.runs(token)
            }
        }
        return (SoakRun(lines.compactMap(\.sample)), end)
    }

    /// How much a value grew over the run: the slope of the straight line that fits best.
    ///
    /// Two samples alone would show what happened to be in use at either of them.
    func drift(_ value: (ProcessSample) -> Int) -> Double {
        guard let first = samples.first, let last = samples.last, samples.count > 2 else {
            return 0
        }
        let count = Double(samples.count)
        let middle = samples.reduce(0) { $0 + Double($1.done) } / count
        let mean = samples.reduce(0) { $0 + Double(value($1)) } / count
        let above = samples.reduce(0) {
            $0 + (Double($1.done) - middle) * (Double(value($1)) - mean)
        }
        let below = samples.reduce(0) { $0 + pow(Double($1.done) - middle, 2) }
        return above / below * Double(last.done - first.done)
    }

    /// The bytes that are allocated and not freed: what leaks is here, whatever malloc makes of it.
    var heapDrift: Double { drift { $0.heap ?? 0 } }

    /// The memory that the system has given: fragmentation is here as well.
    var residentDrift: Double { drift(\.anonymous) }

    /// The smallest and the largest of a value.
    func range(_ value: (ProcessSample) -> Int) -> ClosedRange<Int> {
        let values = samples.map(value)
        return (values.min() ?? 0)...(values.max() ?? 0)
    }

    /// What may stay of a stream: below the full size malloc has not come to rest, and keeps more
    /// for the next pieces from time to time.
    static let streamLimit = SoakScale.percent < 100 ? 8 * driftLimit : driftLimit

    /// Expects that nothing grew.
    ///
    /// - Parameters:
    ///   - residentLimit: How many bytes the system may have given.
    ///   - passing: How many descriptors come and go, where this process does the work it asks for.
    func expectFlat(residentLimit: Double = driftLimit, passing: Int = 0) {
        let descriptors = range(\.descriptors)
        #expect(descriptors.upperBound - descriptors.lowerBound <= passing)
        #expect(drift(\.descriptors) <= Double(passing))
        // Swift's pool ends idle threads and starts others, as many as there are cores, and Dispatch
        // more while some wait for files: a few, however long it takes.
        let threads = range(\.threads)
        let cores = ProcessInfo.processInfo.activeProcessorCount
        #expect(threads.upperBound - threads.lowerBound <= 4 * cores)
        #expect(range(\.closeWaits) == 0...0)
        #expect(heapDrift < Self.driftLimit)
        #expect(residentDrift < residentLimit)
    }

    /// The figures that `make soak` shows.
    func figures(_ done: String, _ end: SoakEnd? = nil) -> [String] {
        let time = samples.last.map { String(format: "%.0f s", $0.seconds) } ?? ""
        let wrong = end.map { "\($0.wrongCount)" } ?? "0"
        return [
            done, time, wrong, text(range(\.descriptors)), text(range(\.threads)),
            samples.contains { $0.heap != nil } ? Self.kibibytes(heapDrift) : "",
            Self.kibibytes(residentDrift), Self.mebibytes(range(\.anonymous).upperBound),
            end.map { String(format: "%.1f / %.1f ms", $0.median, $0.percentile99) } ?? "",
        ]
    }

    private func text(_ range: ClosedRange<Int>) -> String {
        range.lowerBound == range.upperBound
            ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
    }

    private static func kibibytes(_ bytes: Double) -> String {
        String(format: "%+.1f KiB", bytes / 1024)
    }

    private static func mebibytes(_ bytes: Int) -> String {
        String(format: "%.1f MiB", Double(bytes) / 1_048_576)
    }
}

/// The tables that `make soak` shows in the end: a file that `PACKER_SWIFT_SOAK_REPORT` names.
enum SoakTable {
    static let overTime = [
        "Done", "Time", "Wrong", "Descriptors", "Threads", "Heap drift", "Resident drift",
        "Resident, most", "Median / 99 %",
    ]

    static func write(_ columns: [String], _ rows: [[String]]) throws {
        guard let path = ProcessInfo.processInfo.environment["PACKER_SWIFT_SOAK_REPORT"] else {
            return
        }
        let lines = [columns, columns.map { _ in "---" }] + rows
        let text = lines.map { "| \($0.joined(separator: " | ")) |\n" }.joined()
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data((text + "\n").utf8))
        try file.close()
    }
}
