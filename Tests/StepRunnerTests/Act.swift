import Components
import Configuration
import StepRunner

/// A step that does what it was told and says so; its state are the names of the runs that were not
/// cleaned up.
struct Act: Step {
    enum Behaviour: Sendable {
        case succeed
        /// Throws in the first so many runs.
        case fail(times: Int = .max)
        /// Has the build cancelled while it runs, and gives up.
        case cancelled
        /// Has the build cancelled while it runs, and succeeds all the same.
        case cancelledTooLate
    }

    let name: String
    var behaviour = Behaviour.succeed
    var runsCleanupProvisioner = false

    func run(_ state: inout [String], ui: any UserInterface) async throws {
        await ui.message("run \(name)")
        state.append(name)
        switch behaviour {
        case .succeed: return
        case .fail(let times):
            if state.count(where: { $0 == name }) <= times { throw Boom() }
        case .cancelled:
            Self.cancelBuild()
            try Task.checkCancellation()
        case .cancelledTooLate: Self.cancelBuild()
        }
    }

    func cleanUp(
        _ state: inout [String],
        after outcome: StepOutcome,
        ui: any UserInterface
    ) async throws {
        let note = Task.isCancelled ? " in a cancelled task" : ""
        await ui.message("clean \(name)\(note)")
        state.removeAll { $0 == name }
    }

    private static func cancelBuild() {
        unsafe withUnsafeCurrentTask { task in unsafe task?.cancel() }
    }
}

/// Why a step failed.
struct Boom: Error, CustomStringConvertible {
    var description: String { "boom" }
}

/// How a run ended, and what is left.
struct Run: Sendable, Equatable {
    /// What was thrown; empty for nothing.
    var error: String
    var heard: [String]
    var left: [String]

    /// Runs steps in a task of its own, which may be cancelled.
    static func of(
        _ steps: [any Step<[String]>],
        _ person: Person,
        isDebugging: Bool = false,
        onError: OnError = .cleanUp
    ) async -> Run {
        let task = Task {
            var state: [String] = []
            var text = ""
            let runner = StepRunner(
                steps,
                ui: person,
                isDebugging: isDebugging,
                onError: onError
            )
            do {
                try await runner.run(&state)
            } catch {
                text = error is CancellationError ? "cancelled" : "\(error)"
            }
            return Run(error: text, heard: await person.heard, left: state)
        }
        return await task.value
    }
}
