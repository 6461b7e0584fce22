import Build
import Communicator
import Components
import Configuration
import Console
import Synchronization

/// A builder that hands its hook the given machine and makes what it is told to.
struct FakeBuilder: Builder {
    static var fields: [FieldSpecification] { [] }

    var machine: any Communicator = Unreachable()
    var artifact: FakeArtifact?

    static func prepare(
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) throws -> Prepared<FakeBuilder> {
        Prepared(FakeBuilder())
    }

    func run(ui: any UserInterface, hook: any Hook) async throws -> (any Artifact)? {
        try await hook.run(.provision, ui: ui, machine: machine, data: GeneratedData())
        return artifact
    }
}

struct FakeArtifact: Artifact {
    var builderID = "fake"
    var files: [String] = []
    var id = "f-1"
    var summary = "A fake, made of air"
}

/// A provisioner whose work is a closure.
struct FakeProvisioner: Provisioner {
    static var fields: [FieldSpecification] { [] }

    var work: @Sendable (any UserInterface) async throws -> Void

    static func prepare(
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) throws -> Prepared<FakeProvisioner> {
        Prepared(FakeProvisioner { _ in })
    }

    func provision(
        _ machine: any Communicator,
        ui: any UserInterface,
        data: GeneratedData
    ) async throws {
        try await work(ui)
    }
}

struct FakeFailure: Error, CustomStringConvertible {
    var description: String
}

/// A machine that a test does not reach.
struct Unreachable: Communicator {
    func run<Value: Sendable>(
        _ command: RemoteCmd,
        _ body: (RemoteCmd.Execution) async throws -> Value
    ) async throws -> RemoteCmd.Result<Value> { throw FakeFailure(description: "unreachable") }

    func upload(_ source: UploadSource, to path: String, options: TransferOptions) async throws {
        throw FakeFailure(description: "unreachable")
    }

    func uploadDirectory(
        _ source: String,
        to path: String,
        options: TransferOptions
    ) async throws { throw FakeFailure(description: "unreachable") }

    func download(
        _ path: String,
        to target: DownloadTarget,
        options: TransferOptions
    ) async throws { throw FakeFailure(description: "unreachable") }

    func downloadDirectory(
        _ path: String,
        to destination: String,
        options: TransferOptions
    ) async throws { throw FakeFailure(description: "unreachable") }
}

/// A screen whose text a test can read.
final class TestScreen: OutputSink {
    private let written = Mutex([UInt8]())
    private let waiting = Mutex([(text: String, gate: Gate)]())

    /// What was printed, with times replaced by `TIME`.
    var text: String {
        let text = String(decoding: written.withLock { $0 }, as: UTF8.self)
        let time = /(\d+ (week|day|hour|minute|second|millisecond|microsecond)s? ?)+/
        return text.replacing(/after (?:\d+ [a-z]+ ?)+/) { match in
            match.output.replacing(time, with: "TIME")
        }
    }

    var lines: [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    func write(_ bytes: [UInt8]) {
        let ready = written.withLock { written in
            written += bytes
            let text = String(decoding: written, as: UTF8.self)
            return waiting.withLock { waiting in
                let index = waiting.partition { text.contains($0.text) }
                defer { waiting.removeSubrange(index...) }
                return waiting[index...].map(\.gate)
            }
        }
        for gate in ready { gate.open() }
    }

    /// Waits until a text has been printed.
    func wait(for text: String) async {
        let gate = Gate()
        let isThere = written.withLock { written in
            guard !String(decoding: written, as: UTF8.self).contains(text) else { return true }
            waiting.withLock { $0.append((text, gate)) }
            return false
        }
        if !isThere { await gate.pass() }
    }

    func screen(_ style: OutputStyle = OutputStyle()) -> Screen {
        Screen(sink: self, style: style, wallClock: { 1_795_359_696 })
    }
}

/// Lets those who wait pass once it is open.
final class Gate: Sendable {
    private let state = Mutex((isOpen: false, waiting: [CheckedContinuation<Void, Never>]()))

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}
