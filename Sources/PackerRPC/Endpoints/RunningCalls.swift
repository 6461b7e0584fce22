internal import Processes

/// The calls that go on, so that another call can end them.
///
/// A component that was cancelled stays so in Go; here the next call begins anew.
final class RunningCalls: Sendable {
    private struct State {
        var works: [UInt64: CancellableWork] = [:]
        /// Behind the numbers that the other side chooses.
        var lastNumber = UInt64(UInt32.max)
        var isOver = false
    }

    private let state = LockedValue(State())

    /// Counts in a call that has arrived; from here on it can be cancelled.
    func begin() -> RunningCall {
        state.withLock { state in
            state.lastNumber += 1
            return add(state.lastNumber, to: &state)
        }
    }

    /// Counts in a call that is ended by its number; `nil` when there are `limit` calls, or one with
    /// this number, or ``end()`` was called.
    func begin(_ number: UInt32, limit: Int) -> RunningCall? {
        state.withLock { state in
            let number = UInt64(number)
            guard !state.isOver, state.works.count < limit, state.works[number] == nil else {
                return nil
            }
            return add(number, to: &state)
        }
    }

    /// How many calls go on.
    var count: Int { state.withLock { $0.works.count } }

    /// Cancels the call with this number, if there is one, and waits for its end.
    func end(_ number: UInt32) async {
        await state.withLock { $0.works[UInt64(number)] }?.end()
    }

    /// Cancels what goes on.
    func cancel() {
        for work in state.withLock({ Array($0.works.values) }) { work.cancel() }
    }

    /// Cancels what goes on and waits for its end; no numbered call begins any more.
    func end() async {
        let works = state.withLock { state in
            state.isOver = true
            return Array(state.works.values)
        }
        for work in works { work.cancel() }
        for work in works { await work.end() }
    }

    private func add(_ number: UInt64, to state: inout State) -> RunningCall {
        let work = CancellableWork()
        state.works[number] = work
        return RunningCall(work) { [weak self] in
            self?.state.withLock { $0.works[number] = nil }
        }
    }
}

/// A call from its arrival on; it is over when nobody holds it.
final class RunningCall: Sendable {
    private let work: CancellableWork
    private let onEnd: @Sendable () -> Void

    fileprivate init(_ work: CancellableWork, onEnd: @escaping @Sendable () -> Void) {
        self.work = work
        self.onEnd = onEnd
    }

    deinit { onEnd() }

    /// Does the call's work, once.
    ///
    /// - Throws: What the work throws; `CancellationError`, without beginning, when the call was
    ///   cancelled before.
    func run<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await work.run(body)
    }

    /// Cancels the work, also before it has begun.
    func cancel() { work.cancel() }
}

/// Work that may be cancelled before it begins.
private final class CancellableWork: Sendable {
    private enum State {
        case waiting
        case cancelled
        case running(Running)
    }

    private struct Running {
        let cancel: @Sendable () -> Void
        let end: @Sendable () async -> Void
    }

    private let state = LockedValue(State.waiting)

    func run<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = try state.withLock { state in
            if case .cancelled = state { throw CancellationError() }
            let task = Task { try await body() }
            state = .running(
                Running {
                    task.cancel()
                } end: {
                    _ = await task.result
                }
            )
            return task
        }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    func cancel() { stop()?.cancel() }

    /// Cancels the work and waits for its end.
    func end() async {
        let running = stop()
        running?.cancel()
        await running?.end()
    }

    private func stop() -> Running? {
        state.withLock { state in
            if case .running(let running) = state { return running }
            state = .cancelled
            return nil
        }
    }
}
