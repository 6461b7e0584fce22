import Foundation
import Processes
import Synchronization
import TestSupport

extension Row {
    /// Builds until an event, then does something that is to end the program.
    ///
    /// - Parameters:
    ///   - fixture: Files, and where to log in.
    ///   - builders: The builders.
    ///   - provisioners: The provisioners.
    ///   - wrapper: A command that gets the program and its arguments as its own.
    ///   - environment: More for the program's environment.
    ///   - event: Returns when it is time.
    ///   - fault: What is done then; time is counted from its end.
    /// - Returns: How it ended, also when it hung.
    /// - Throws: What `event` and `fault` throw.
    func build(
        _ fixture: BuildFixture,
        builders: [[String: Any]],
        _ provisioners: [[String: Any]],
        wrapper: [String] = [],
        environment: [String: String] = [:],
        until event: @escaping @Sendable (RunningProgram) async throws -> Void,
        fault: @escaping @Sendable (RunningProgram) async throws -> Void
    ) async throws -> Ended {
        struct Hung: Error {}
        var program = try program(fixture)
        let template = try fixture.template(builders, provisioners)
        if let first = wrapper.first {
            program.arguments = wrapper.dropFirst() + [program.path] + program.arguments
            program.path = first
        }
        program.environment.merge(environment) { $1 }
        let began = Mutex(ContinuousClock.now)
        let limit = limit
        do {
            let outcome = try await program.run(["build", template], within: .seconds(300)) {
                running in
                try await event(running)
                try await fault(running)
                began.withLock { $0 = .now }
                do {
                    try await eventually("the end", within: limit) { running.hasEnded }
                } catch is DeadlinePassed {
                    throw Hung()
                }
            }
            let time = began.withLock { $0.duration(to: .now) }
            let said = outcome.output + outcome.errors
            let ended = Ended(end: outcome.end, said: said, time: time)
            record(ended)
            return ended
        } catch let failure as Program.Failure where failure.cause is Hung {
            let ended = Ended(end: nil, said: failure.description, time: limit)
            record(ended)
            return ended
        }
    }
}

/// What makes a program stop.
enum Interruption: String, CaseIterable, Sendable {
    case interrupt = "INT to the group"
    case interruptAlone = "INT to the process"
    case twice = "INT twice"
    case terminate = "TERM to the process"
    case hangUp = "HUP to the group"
    case closedOutput = "its output closed"

    /// What a program has to be started with for it.
    func wrapper(_ fixture: BuildFixture) -> [String] {
        guard self == .closedOutput else { return [] }
        let reader = "sh -c 'echo $$ >\"$0\"; exec cat' '\(fixture.files["reader"])'"
        return ["bash", "-c", "\"$@\" | \(reader); exit ${PIPESTATUS[0]}", "bash"]
    }

    /// Does it; returns when the program has been told the last time.
    func happen(to running: RunningProgram, _ fixture: BuildFixture) async throws {
        switch self {
        case .interrupt: running.signal(SIGINT)
        case .interruptAlone: running.signalProcess(SIGINT)
        case .terminate: running.signalProcess(SIGTERM)
        case .hangUp: running.signal(SIGHUP)
        case .twice:
            running.signal(SIGINT)
            // It may have ended by then.
            try await eventually("an answer to the first signal") {
                running.hasEnded || running.output.contains("Cancelling build")
            }
            running.signal(SIGINT)
        case .closedOutput:
            let text = String(decoding: try fixture.files.read("reader"), as: UTF8.self)
            guard let reader = Int32(text.filter(\.isNumber)) else { throw NoReader() }
            kill(reader, SIGKILL)
        }
    }

    private struct NoReader: Error {}
}
