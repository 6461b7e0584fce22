import Foundation
import Processes
import Synchronization
import TestSupport
import Testing

/// One row of the table: a fault, done to the subject in the middle of its work.
///
/// ``row(_:fault:promise:bound:limit:packer:_:)`` runs one. With ours a promise that is not kept
/// fails the test; with Packer it is written down.
final class Row: Sendable {
    /// How a build ended.
    struct Ended: Sendable {
        /// How the program ended; `nil` when it hung and was killed.
        var end: ChildProcess.End?
        /// Both its outputs.
        var said: String
        /// From the fault, or from the start where there was none, to the end.
        var time: Duration
        /// From the fault to the warning that the connection was lost; `nil` where none was seen.
        var told: Duration?
        /// Whether it ended with the exit code of a failed build.
        var hasFailed: Bool { end == .exited(1) }
        /// Whether it ended with exit code 0.
        var hasSucceeded: Bool { end == .exited(0) }
    }

    private struct Seen {
        var time: Duration?
        var told: Duration?
        var result: String?
        var misses: [String] = []
    }

    private struct Hung: Error {}

    /// How ours tells of a lost connection.
    private static let loss = "was lost, and is made again"

    let subject: Subject
    /// In the environment of the subject and of everything that it starts here.
    let token = "fault-\(UUID().uuidString)"
    /// In the environment of every script; in no log.
    let secret = "hidden-\(UUID().uuidString)"
    /// How long after the fault the subject counts as hung.
    let limit: Duration
    private let seen = Mutex(Seen())

    init(_ subject: Subject, limit: Duration) {
        self.subject = subject
        self.limit = limit
    }

    /// What the table says of it.
    var summary: (time: Duration?, told: Duration?, result: String?, misses: [String]) {
        seen.withLock { ($0.time, $0.told, $0.result, $0.misses) }
    }

    /// Writes a template for the subject, runs it, and does something to it at a marker.
    ///
    /// - Parameters:
    ///   - fixture: Files, and where to log in.
    ///   - builder: The builder; that of the fixture when `nil`.
    ///   - provisioners: The provisioners, as ``script(_:more:)`` makes them.
    ///   - marker: Text of the output; time is counted from when it is seen, or from the start
    ///     when it is `nil`.
    ///   - environment: More for the subject's environment.
    ///   - fault: What happens then.
    /// - Returns: How it ended, also when it hung. What is promised of that is for ``expect``.
    /// - Throws: ``Program/Failure`` when it never said the marker, and what `fault` throws.
    func build(
        _ fixture: BuildFixture,
        builder: [String: Any]? = nil,
        _ provisioners: [[String: Any]],
        at marker: String? = nil,
        environment: [String: String] = [:],
        fault: @escaping @Sendable (RunningProgram) async throws -> Void = { _ in }
    ) async throws -> Ended {
        let template = try fixture.template([builder ?? fixture.builder()], provisioners)
        var program = try program(fixture)
        program.environment.merge(environment) { $1 }
        let began = Mutex(ContinuousClock.now)
        let told = Mutex<Duration?>(nil)
        let limit = limit
        var ended: Ended
        do {
            let outcome = try await program.run(["build", template], within: limit * 2 + .minutes) {
                running in
                if let marker {
                    try await running.says(marker, within: limit + .minutes)
                    began.withLock { $0 = .now }
                    try await fault(running)
                }
                let start = began.withLock { $0 }
                do {
                    try await eventually("the end", within: limit - start.duration(to: .now)) {
                        if running.output.contains(Self.loss) {
                            told.withLock { $0 = $0 ?? start.duration(to: .now) }
                        }
                        return running.hasEnded
                    }
                } catch is DeadlinePassed {
                    throw Hung()
                }
            }
            let time = began.withLock { $0.duration(to: .now) }
            ended = Ended(end: outcome.end, said: outcome.output + outcome.errors, time: time)
            // It may have ended between two looks.
            ended.told =
                told.withLock { $0 } ?? (outcome.output.contains(Self.loss) ? time : nil)
        } catch let failure as Program.Failure where failure.cause is Hung {
            let time = began.withLock { $0.duration(to: .now) }
            ended = Ended(end: nil, said: failure.description, time: time)
        }
        record(ended)
        return ended
    }

    /// Runs `body` with a server of the row's own, and files for a build on it.
    func withServer(
        like configuration: DockerServer.Configuration = .standard,
        options: [String] = [],
        _ body: (FaultServer, BuildFixture) async throws -> Void
    ) async throws {
        try await withFaultServer(like: configuration, options: options) { server in
            try await body(server, try BuildFixture(server.server))
        }
    }

    /// A shell provisioner whose scripts carry the row's secret and token.
    func script(_ lines: [String], more: [String: Any] = [:]) -> [String: Any] {
        [
            "type": "shell", "inline": lines,
            "environment_vars": ["FAULT_TOKEN=\(token)", "FAULT_SECRET=\(secret)"],
        ].merging(more) { $1 }
    }

    /// The subject, whose temporary files, log and home are in the fixture's folder.
    func program(_ fixture: BuildFixture) throws -> Program {
        var program =
            switch subject {
            case .packerSwift: try fixture.packerSwift()
            case .packer: try fixture.packer()
            }
        for name in ["tmp", "home"] {
            try FileManager.default.createDirectory(
                atPath: fixture.files[name],
                withIntermediateDirectories: true
            )
        }
        program.environment.merge([
            "TMPDIR": fixture.files["tmp"], "HOME": fixture.files["home"],
            "PACKER_LOG": "1", "PACKER_LOG_PATH": fixture.files["log"], "FAULT_TOKEN": token,
        ]) { $1 }
        return program
    }

    /// Something that is promised: whether it held, and what it is, in the words of a miss.
    func expect(
        _ holds: Bool,
        _ promise: String,
        _ said: @autoclosure () -> String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard !holds else { return }
        seen.withLock { $0.misses.append(promise) }
        guard subject == .packerSwift else { return }
        Issue.record("not kept: \(promise)\n\(said())", sourceLocation: sourceLocation)
    }

    /// What was measured, for rows that build nothing.
    func record(time: Duration? = nil, result: String) {
        seen.withLock {
            $0.time = time
            $0.result = result
        }
    }

    /// How a build ended, and how long after the fault.
    func record(_ ended: Ended) {
        seen.withLock { $0.told = ended.told }
        guard let end = ended.end else { return record(result: "hung") }
        let code = if case .exited(let code) = end { "exit \(code)" } else { "\(end)" }
        guard !ended.hasSucceeded else { return record(time: ended.time, result: code) }
        // The last error is what a user reads; those of a template are folded.
        let lines = ended.said.split(separator: "\n", omittingEmptySubsequences: false)
        let starts = ["--> ", "Error: ", "* "]
        guard let first = lines.lastIndex(where: { starts.contains(where: $0.hasPrefix) }) else {
            return record(time: ended.time, result: code)
        }
        let isFolded = lines[first].hasPrefix("* ")
        let error = isFolded ? lines[first...].prefix { !$0.isEmpty } : [lines[first]]
        let words = error.joined(separator: " ").replacing(/^(-->|\*) ([a-z]+: )?/, with: "")
        record(time: ended.time, result: "\(code): \(words)")
    }
}

extension Duration {
    /// What a build may need before it reaches a marker.
    fileprivate static let minutes = Duration.seconds(120)
}

/// Whether Packer can be a row's subject.
enum PackerTurn: Sendable {
    /// It is run with the same template.
    case runs
    /// It is not, for this reason.
    case cannot(String)
}

/// Runs a row and writes down what it showed.
///
/// - Parameters:
///   - number: The row's number.
///   - fault: What happens, for the table; a number may have several, and each has its own line.
///   - promise: What ours does then, for the table.
///   - bound: How soon.
///   - limit: When it counts as hung; three times the bound when `nil`, and
///     10 s at least: a loaded machine is no hang.
///   - packer: Whether Packer can do it too.
///   - body: Starts the server, builds, and expects.
/// - Throws: What `body` throws, where ours is the subject.
func row(
    _ number: Int,
    fault: String,
    promise: String,
    bound: Duration = .seconds(20),
    limit: Duration? = nil,
    packer: PackerTurn = .runs,
    _ body: (Row) async throws -> Void
) async throws {
    let subject = Subject.current
    let row = Row(
        subject,
        limit: subject == .packer ? .seconds(60) : limit ?? max(bound * 3, .seconds(10))
    )
    var record = RowRecord(
        row: number,
        subject: subject.rawValue,
        fault: fault,
        promise: promise,
        result: "",
        misses: []
    )
    if subject == .packer, case .cannot(let reason) = packer {
        record.result = "not run: \(reason)"
        return try record.write()
    }
    do {
        try await body(row)
    } catch {
        guard subject == .packer else { throw error }
        // Packer's failures are results, whatever they are.
        row.record(result: "the row came to no end: \(error)".prefix(200).description)
    }
    let (time, told, result, misses) = row.summary
    record.milliseconds = time.map { Int($0 / .milliseconds(1)) }
    record.toldMilliseconds = told.map { Int($0 / .milliseconds(1)) }
    record.result = result ?? ""
    record.misses = misses
    try record.write()
}
