import Processes

/// Lets a signal or a closed output cancel work that may not have begun yet.
final class Cancellation: Sendable {
    private let state = LockedValue((isCancelled: false, task: Task<Void, Never>?.none))

    /// Cancels the work, now or as soon as it begins.
    func cancel() {
        let task = state.withLock { state in
            state.isCancelled = true
            return state.task
        }
        task?.cancel()
    }

    /// Runs the work in a task of its own and waits for it.
    func run<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) async -> Value {
        let task = Task { await work() }
        let watched = Task {
            await withTaskCancellationHandler {
                _ = await task.value
            } onCancel: {
                task.cancel()
            }
        }
        let isCancelled = state.withLock { state in
            state.task = watched
            return state.isCancelled
        }
        if isCancelled { watched.cancel() }
        return await task.value
    }
}
