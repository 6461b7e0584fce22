import Foundation
import Processes
import Synchronization

/// A program that a test runs, while it runs.
package final class RunningProgram: Sendable {
    /// The command line, for messages.
    package let command: String
    private let child: ChildProcess
    private let collected = Mutex<(output: [UInt8], errors: [UInt8])>(([], []))

    init(_ child: ChildProcess, command: String) {
        self.child = child
        self.command = command
    }

    /// What it has written to its standard output, or to its terminal, so far.
    package var output: String { String(decoding: collected.withLock { $0.output }, as: UTF8.self) }

    /// What it has written to its standard error so far.
    package var errors: String { String(decoding: collected.withLock { $0.errors }, as: UTF8.self) }

    /// Whether it has ended; what holds its outputs open may still run.
    package var hasEnded: Bool { child.end != nil }

    /// Sends a signal to the program's process group, as Ctrl-C sends SIGINT.
    package func signal(_ number: Int32) {
        child.signalGroup(number)
    }

    /// Sends a signal to the program alone, as `kill` does.
    package func signalProcess(_ number: Int32) {
        kill(child.processID, number)
    }

    /// Types on the program's terminal.
    package func type(_ text: String) async throws {
        try await child.standardInput?.write(Array(text.utf8))
    }

    /// Waits until either output contains `text`.
    package func says(_ text: String, within limit: Duration = .seconds(60)) async throws {
        try await eventually("\(command) saying \"\(text)\"", within: limit) {
            if output.contains(text) || errors.contains(text) { return true }
            guard child.end == nil else {
                throw Program.Failure(description: "\(command) ended and never said \"\(text)\"")
            }
            return false
        }
    }

    /// Everything said so far, for the message of a test that failed.
    package var transcript: String {
        "---- \(command)\n---- output\n\(output)\n---- errors\n\(errors)"
    }

    func terminate() async {
        await child.terminateTree(grace: .zero)
    }

    /// Reads both outputs to their ends while `body` runs, then waits for the program.
    func read(
        whileRunning body: @escaping @Sendable (RunningProgram) async throws -> Void
    ) async throws -> ChildProcess.End {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while let bytes = try await self.child.standardOutput?.read() {
                    self.collected.withLock { $0.output += bytes }
                }
            }
            group.addTask {
                while let bytes = try await self.child.standardError?.read() {
                    self.collected.withLock { $0.errors += bytes }
                }
            }
            group.addTask { try await body(self) }
            // What is thrown first is thrown at once: waitForAll would wait for the others.
            for try await _ in group {}
        }
        return try await child.wait()
    }
}
