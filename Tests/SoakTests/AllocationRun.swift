import Foundation
import Processes
import SoakReports

/// How one run with an allocation that fails ended, judged.
struct AllocationRun {
    /// What went wrong within libssh2, and where.
    struct Finding: Hashable {
        let what: String
        let place: String
    }

    /// Which allocation failed.
    let number: Int
    /// `nil` when the process crashed.
    let report: AllocationReport?
    private let crash: CrashReport?
    private let end: ChildProcess.End
    private let errors: String

    /// The run with a number, from what soak-client said and how it ended.
    init(_ number: Int, _ output: String, errors: String = "", end: ChildProcess.End) throws {
        self.number = number
        self.errors = errors
        self.end = end
        let line = try SoakLine.all(in: output).last
        report = line?.allocation
        crash = line?.crash
    }

    /// Whether there were so many allocations.
    var hasFailed: Bool { crash != nil || report?.failed != nil }

    /// What must never be.
    var faultsOfOurs: [String] {
        if let crash {
            return Self.isLibSSH2(crash.frames)
                ? [] : ["signal \(crash.signal) at \(crash.frames.prefix(12))"]
        }
        guard let report, end == .exited(0) else {
            return ["ended with \(end): \(errors)"]
        }
        var faults = report.wrong
        if report.sockets > 0 { faults.append("\(report.sockets) sockets are still open") }
        if report.stage != "done", report.error == nil { faults.append("no error says why") }
        // libssh2 frees all that belongs to a session when it frees the session.
        if report.leaks.contains(where: { $0.frames.first?.contains("session_init") ?? false }) {
            faults.append("a session was not freed")
        }
        for block in report.badFrees where !Self.isLibSSH2(block.frames) {
            faults.append("freed twice at \(block.frames.prefix(12))")
        }
        return faults
    }

    /// What libssh2 did wrong.
    var findings: [Finding] {
        var findings: [Finding] = []
        if let crash, Self.isLibSSH2(crash.frames) {
            let what =
                crash.signal == Int(SIGPROF) ? "a loop without an end" : "a crash (\(crash.signal))"
            findings.append(Finding(what: what, place: Self.place(crash.frames)))
        }
        guard faultsOfOurs.isEmpty else { return findings }
        for block in report?.badFrees ?? [] {
            findings.append(Finding(what: "freed twice", place: Self.place(block.frames)))
        }
        for block in report?.leaks ?? [] {
            findings.append(Finding(what: "a leak", place: Self.place(block.frames)))
        }
        return findings
    }

    // MARK: Tables

    /// How many runs came how far.
    static func outcomes(of runs: [AllocationRun]) -> [[String]] {
        let kinds = Dictionary(grouping: runs) { run -> String in
            guard let report = run.report else { return "crashed" }
            guard let error = report.error else {
                return report.stage == "done" ? "all succeeded" : "\(report.stage): no error"
            }
            let rest = report.leftovers.isEmpty ? "" : ", and a part of the file stayed"
            return "\(report.stage): \(error)\(rest)"
        }
        return kinds.sorted { $0.key < $1.key }.map {
            [numbers($0.value), "\($0.value.count)", $0.key]
        }
    }

    /// What was found in libssh2, and for which allocations.
    static func findings(of runs: [AllocationRun]) -> [[String]] {
        var found: [Finding: [AllocationRun]] = [:]
        for run in runs {
            for finding in Set(run.findings) { found[finding, default: []].append(run) }
        }
        return found.sorted { $0.value[0].number < $1.value[0].number }
            .map { [$0.key.what, numbers($0.value), $0.key.place] }
    }

    /// Numbers in order, runs of them shortened: `1, 4 to 7`.
    private static func numbers(_ runs: [AllocationRun]) -> String {
        var ranges: [ClosedRange<Int>] = []
        for number in runs.map(\.number).sorted() {
            if let last = ranges.last, last.upperBound + 1 == number {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        return ranges.map {
            $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound) to \($0.upperBound)"
        }.joined(separator: ", ")
    }

    // MARK: Frames

    /// Whether the innermost call that is not the system's was libssh2's.
    private static func isLibSSH2(_ frames: [String]) -> Bool {
        frames.first { !isSystem($0) }?.hasPrefix("libssh2.") ?? false
    }

    private static func isSystem(_ frame: String) -> Bool {
        ["libc.", "libcrypto.", "libpthread.", "ld-linux", "libm.", "linux-vdso"]
            .contains { frame.hasPrefix($0) }
    }

    /// The calls from the innermost to the first of ours.
    private static func place(_ frames: [String]) -> String {
        frames.prefix { isSystem($0) || $0.hasPrefix("libssh2.") }.joined(separator: ", ")
    }
}
