import Foundation

/// One line of what soak-client prints; exactly one of the values is there.
package struct SoakLine: Codable, Sendable {
    /// What the process held at one moment.
    package var sample: ProcessSample?
    /// The last line of a run over time.
    package var end: SoakEnd?
    /// The last line of a run with an allocation that fails.
    package var allocation: AllocationReport?
    /// The last line of a run that crashed.
    package var crash: CrashReport?

    /// A sample.
    package init(_ sample: ProcessSample) { self.sample = sample }
    /// The end of a run over time.
    package init(_ end: SoakEnd) { self.end = end }
    /// The end of a run with an allocation that fails.
    package init(_ allocation: AllocationReport) { self.allocation = allocation }

    /// The line as it is printed.
    package var text: String {
        get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) + "\n" }
    }

    /// Writes the line to standard output.
    package func write() throws {
        try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    }

    /// The lines in what soak-client printed.
    package static func all(in text: String) throws -> [SoakLine] {
        try text.split(separator: "\n").map {
            try JSONDecoder().decode(SoakLine.self, from: Data($0.utf8))
        }
    }
}

/// How a run over time went.
package struct SoakEnd: Codable, Sendable {
    /// What was other than it had to be: statuses, bytes.
    package var wrong: [String]
    /// How many things were.
    package var wrongCount: Int
    /// Whether the process has a child, a zombie included.
    package var hasChild: Bool
    /// The middle of the times that one piece of work took, in milliseconds.
    package var median: Double
    /// What 99 of 100 of them stayed within, in milliseconds.
    package var percentile99: Double

    /// A report made of its parts; `times` are the times of all pieces of work, in milliseconds.
    package init(wrong: [String], wrongCount: Int, hasChild: Bool, times: [Double]) {
        let sorted = times.sorted()
        self.wrong = wrong
        self.wrongCount = wrongCount
        self.hasChild = hasChild
        median = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
        percentile99 = sorted.isEmpty ? 0 : sorted[sorted.count * 99 / 100]
    }
}
