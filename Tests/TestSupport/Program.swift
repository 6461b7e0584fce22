import Foundation
package import Processes

/// A program to run to its end, with a deadline and with nothing of it left behind.
package struct Program: Sendable {
    /// What came out, and how it ended.
    package struct Outcome: Sendable {
        /// How it ended.
        package var end: ChildProcess.End
        /// Its standard output, or all that it showed on a terminal.
        package var output: String
        /// Its standard error; empty on a terminal.
        package var errors: String
    }

    /// A program that did not end the way a test relies on.
    package struct Failure: Error, CustomStringConvertible {
        /// The command, and all that it said.
        package var description: String
        /// What came in between, where the program did not end by itself.
        package var cause: (any Error)?

        /// A failure and what was found.
        package init(description: String, cause: (any Error)? = nil) {
            self.description = description
            self.cause = cause
        }
    }

    /// Path or name of the program.
    package var path: String
    /// Arguments that stand before those of a run.
    package var arguments: [String]
    /// Added to this process's environment, and wins over it.
    package var environment: [String: String]
    /// Where it runs; `nil` for where this process is.
    package var directory: String?

    /// A program and what all its runs share.
    package init(
        _ path: String,
        _ arguments: [String] = [],
        environment: [String: String] = [:],
        directory: String? = nil
    ) {
        self.path = path
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
    }

    /// Runs the program to its end; `body` may watch and disturb it meanwhile.
    ///
    /// - Throws: ``DeadlinePassed`` or what `body` throws; the program and its children are gone
    ///   then. Any end of the program is a value.
    package func run(
        _ more: [String] = [],
        within limit: Duration = .seconds(120),
        terminal: ProcessSpecification.TerminalSize? = nil,
        _ body: @escaping @Sendable (RunningProgram) async throws -> Void = { _ in }
    ) async throws -> Outcome {
        let running = RunningProgram(
            try await ChildProcess.spawn(specification(more, terminal)),
            command: ([path] + arguments + more).joined(separator: " ")
        )
        do {
            let end = try await TestSupport.within(limit, "the end of \(running.command)") {
                try await running.read(whileRunning: body)
            }
            return Outcome(end: end, output: running.output, errors: running.errors)
        } catch {
            await running.terminate()
            throw Failure(description: "\(error)\n\(running.transcript)", cause: error)
        }
    }

    /// The output of a run that ends with exit code 0.
    @discardableResult
    package func succeed(
        _ more: [String] = [],
        within limit: Duration = .seconds(120)
    ) async throws -> String {
        let outcome = try await run(more, within: limit)
        guard outcome.end == .exited(0) else {
            let command = ([path] + arguments + more).joined(separator: " ")
            throw Failure(
                description: "\(command): \(outcome.end)\n\(outcome.output)\n\(outcome.errors)"
            )
        }
        return outcome.output
    }

    private func specification(
        _ more: [String],
        _ terminal: ProcessSpecification.TerminalSize?
    ) -> ProcessSpecification {
        let merged = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var specification = ProcessSpecification(
            path,
            arguments + more,
            environment: merged.map { "\($0.key)=\($0.value)" },
            workingDirectory: directory
        )
        specification.terminal = terminal
        return specification
    }
}
