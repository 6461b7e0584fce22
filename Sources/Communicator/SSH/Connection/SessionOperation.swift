internal import NIOConcurrencyHelpers

/// A libssh2 call that said "again", waiting for bytes from the peer.
///
/// Confined to its ``SSHConnection``.
final class SessionOperation {
    /// What a call came to.
    enum Attempt<Value> {
        case done(Value)
        case failed(any Error)
        case again
    }

    /// The state machine of libssh2 that a call occupies; calls on one gate go first in, first out.
    enum Gate: Hashable {
        case session
        case channel(Int)
    }

    let gate: Gate
    let name: String
    /// When it will have taken too long, counted from its first turn: what waits for its gate has
    /// not been asked of the server yet.
    private(set) var deadline: ContinuousClock.Instant?
    private let limit: Duration?
    private let attempt: () -> Bool
    private let failing: (any Error) -> Void

    /// `attempt` makes the call once more and is true when it has ended and its waiter was told;
    /// `fail` tells the waiter that the call will not end any more.
    init(
        gate: Gate,
        name: String,
        limit: Duration?,
        attempt: @escaping () -> Bool,
        fail: @escaping (any Error) -> Void
    ) {
        self.gate = gate
        self.name = name
        self.limit = limit
        self.attempt = attempt
        self.failing = fail
    }

    func retry() -> Bool {
        if deadline == nil { deadline = limit.map { .now.advanced(by: $0) } }
        return attempt()
    }

    /// Gives it more time: for so long nobody was there to see its end.
    func postpone(_ time: Duration) { deadline? += time }

    func fail(_ error: any Error) { failing(error) }
}

/// Who waits for a ``SessionOperation``; told exactly once, by its end or by a cancellation.
final class OperationWaiter<Value: Sendable>: Sendable {
    private enum State {
        case idle
        case waiting(CheckedContinuation<Value, any Error>)
        case ended
    }
    private let state = NIOLockedValueBox(State.idle)

    /// False when it was cancelled before; the call must not be made then.
    func start(_ continuation: CheckedContinuation<Value, any Error>) -> Bool {
        let isLate = state.withLockedValue { state in
            guard case .idle = state else { return true }
            state = .waiting(continuation)
            return false
        }
        if isLate { continuation.resume(throwing: CancellationError()) }
        return !isLate
    }

    /// False when the waiter had been told before.
    @discardableResult
    func end(_ result: Result<Value, any Error>) -> Bool {
        let old = state.withLockedValue { state in
            defer { state = .ended }
            return state
        }
        guard case .waiting(let continuation) = old else { return false }
        continuation.resume(with: result)
        return true
    }
}
