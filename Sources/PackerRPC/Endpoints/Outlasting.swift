internal import Deadlines
internal import Processes

/// Does some work that a cancellation of its caller does not end at once: a call of another process,
/// which is told and may take some time to end, or last words.
///
/// - Parameters:
///   - time: How long the work may go on once the caller is cancelled, in ``AwakeTime``.
///   - tell: Done then, beside the work; cancelled when the work has ended.
///   - work: The work, in a task of its own.
/// - Returns: What came of the work; `CancellationError` as a rule when its time was over.
func outlastingCancellation<Value: Sendable>(
    by time: Duration,
    telling tell: @escaping @Sendable () async throws -> Void = {},
    _ work: @escaping @Sendable () async throws -> Value
) async -> Result<Value, any Error> {
    let working = Task { try await work() }
    let endings = LockedValue<[Task<Void, any Error>]>([])
    let result = await withTaskCancellationHandler {
        await working.result
    } onCancel: {
        let telling = Task { try await tell() }
        let limit = Task {
            try await AwakeTime.sleep(for: time)
            working.cancel()
        }
        endings.withLock { $0 = [telling, limit] }
    }
    // What has ended must not be told so late that the next one hears it.
    for ending in endings.withLock({ $0 }) { ending.cancel() }
    return result
}
