import Deadlines

/// Work that goes on when the task that waits for it is cancelled, but not for ever.
enum Shielded<Value: Sendable> {
    /// The work ended before its time was over.
    case inTime(Value)
    /// The work was cancelled when its time was over, and ended then.
    case cancelled(Value)
    /// The work was cancelled and went on; nobody waits for it any more.
    case abandoned

    /// Does the work in a task of its own and waits for it at most `limit` and `grace`.
    ///
    /// - Parameters:
    ///   - limit: When the work is cancelled, in ``AwakeTime``.
    ///   - grace: How long it may go on then.
    ///   - work: The work.
    /// - Returns: How it ended.
    static func run(
        limit: Duration,
        grace: Duration,
        _ work: @escaping @Sendable () async -> Value
    ) async -> Shielded {
        let (ends, end) = AsyncStream<Shielded>.makeStream()
        let worker = Task {
            let value = await work()
            end.yield(Task.isCancelled ? .cancelled(value) : .inTime(value))
        }
        let timer = Task {
            do {
                try await AwakeTime.sleep(for: limit)
                worker.cancel()
                try await AwakeTime.sleep(for: grace)
                end.yield(.abandoned)
            } catch {
                // The work has ended.
            }
        }
        // A cancelled task finds a stream empty, so a task that nobody cancels reads it.
        let first = await Task { await ends.first { _ in true } }.value
        timer.cancel()
        return first ?? .abandoned
    }
}
