/// Does some work for at most so long, measured in ``AwakeTime``.
///
/// When the time is over the work is cancelled, and has to end for this to return; so work that
/// cannot be cancelled needs a limit of its own.
///
/// - Parameters:
///   - limit: How long the work may take.
///   - error: What is thrown when it took longer.
///   - work: The work.
/// - Returns: What the work returned.
/// - Throws: What the work threw; `error` when the time was over first; `CancellationError` when the
///   calling task is cancelled and the work gives up for it.
package func withDeadline<Value: Sendable>(
    _ limit: Duration,
    throwing error: @autoclosure @escaping @Sendable () -> any Error,
    _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await AwakeTime.sleep(for: limit)
            throw error()
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}

/// Whether some work succeeds within so long; why not is not of interest.
///
/// As ``withDeadline(_:throwing:_:)`` else.
package func succeeds(
    within limit: Duration,
    _ work: @escaping @Sendable () async throws -> Void
) async -> Bool {
    struct Late: Error {}
    do {
        try await withDeadline(limit, throwing: Late(), work)
        return true
    } catch {
        return false
    }
}
