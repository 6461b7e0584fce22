internal import NIOConcurrencyHelpers

/// One piece of work that several callers wait for; it goes on as long as one of them does.
///
/// A cancelled caller leaves at once and takes nobody along; when the last one leaves, the work is
/// cancelled.
final class SharedAttempt<Value: Sendable>: Sendable {
    private struct State {
        var task: Task<Void, Never>?
        var waiters: [Int: CheckedContinuation<Value?, any Error>] = [:]
        var nextWaiter = 0
        var result: Result<Value, any Error>?
        var isAbandoned = false
    }

    private let state = NIOLockedValueBox(State())

    /// Begins the work.
    init(_ work: @escaping @Sendable () async throws -> Value) {
        let task = Task {
            let result: Result<Value, any Error>
            do { result = .success(try await work()) } catch { result = .failure(error) }
            self.finish(result)
        }
        state.withLockedValue { $0.task = task }
    }

    /// Whether it has ended or was given up, so that who comes now needs another.
    var isOver: Bool { state.withLockedValue { $0.result != nil || $0.isAbandoned } }

    /// The result of the work, or `nil` when it was given up by others.
    ///
    /// - Throws: What the work threw; `CancellationError` when the calling task is cancelled first.
    func value() async throws -> Value? {
        let number = state.withLockedValue { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<Value?, any Error>? = state.withLockedValue { state in
                    if let result = state.result, !state.isAbandoned { return result.map { $0 } }
                    // The cancellation handler may have run before there was somebody to wake.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.isAbandoned { return .success(nil) }
                    state.waiters[number] = continuation
                    return nil
                }
                if let result { continuation.resume(with: result) }
                if Task.isCancelled { abandonIfUnwanted() }
            }
        } onCancel: {
            let waiter = state.withLockedValue { $0.waiters.removeValue(forKey: number) }
            waiter?.resume(throwing: CancellationError())
            abandonIfUnwanted()
        }
    }

    /// Cancels the work for everybody and waits until it has ended.
    func end() async {
        let task = state.withLockedValue { state in
            state.isAbandoned = true
            return state.task
        }
        task?.cancel()
        await task?.value
    }

    private func abandonIfUnwanted() {
        let task: Task<Void, Never>? = state.withLockedValue { state in
            guard state.waiters.isEmpty, state.result == nil else { return nil }
            state.isAbandoned = true
            return state.task
        }
        task?.cancel()
    }

    private func finish(_ result: Result<Value, any Error>) {
        let (waiters, isAbandoned) = state.withLockedValue { state in
            state.result = result
            state.task = nil
            defer { state.waiters = [:] }
            return (state.waiters, state.isAbandoned)
        }
        for waiter in waiters.values {
            waiter.resume(with: isAbandoned ? .success(nil) : result.map { $0 })
        }
    }
}
