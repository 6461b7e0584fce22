internal import Deadlines

/// Waits for some work no longer than a limit, whatever becomes of the work.
enum TimeLimit {
    /// The result of `work`, for which also a task waits that was cancelled.
    ///
    /// - Parameters:
    ///   - limit: How long to wait. Then `work` is cancelled and left to end by itself: what hangs
    ///     is not waited for.
    ///   - work: What to do, in a task that the caller's cancellation does not reach.
    /// - Returns: What `work` returned or threw; `nil` when the limit passed first.
    static func result<Value: Sendable>(
        within limit: Duration,
        of work: @escaping @Sendable () async throws -> Value
    ) async -> Result<Value, any Error>? {
        let (results, continuation) = AsyncStream.makeStream(
            of: Result<Value, any Error>?.self
        )
        let working = Task { try await work() }
        Task { continuation.yield(await working.result) }
        let alarm = Task {
            try await AwakeTime.sleep(for: limit)
            working.cancel()
            continuation.yield(nil)
        }
        defer { alarm.cancel() }
        // A stream is at its end for a task that was cancelled, so another one waits.
        return await Task {
            for await first in results { return first }
            return nil
        }.value
    }
}
