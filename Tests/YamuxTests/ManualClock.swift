import Foundation

/// A clock that stands still until a test moves it.
final class ManualClock: Clock, @unchecked Sendable {
    // All state is behind the lock.
    struct Instant: InstantProtocol {
        var offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (one: Instant, other: Instant) -> Bool { one.offset < other.offset }
    }

    private struct Sleeper {
        let deadline: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    private let lock = NSLock()
    private var time = Duration.zero
    private var sleepers: [UUID: Sleeper] = [:]
    private var watchers: [(deadline: Duration, continuation: CheckedContinuation<Void, Never>)] =
        []

    var now: Instant { Instant(offset: lock.withLock { time }) }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let id = UUID()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOver = lock.withLock {
                    if Task.isCancelled || deadline.offset <= time { return true }
                    sleepers[id] = Sleeper(deadline: deadline.offset, continuation: continuation)
                    let seen = watchers.filter { $0.deadline == deadline.offset }
                    watchers.removeAll { $0.deadline == deadline.offset }
                    for watcher in seen { watcher.continuation.resume() }
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let sleeper = lock.withLock { sleepers.removeValue(forKey: id) }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
        try Task.checkCancellation()
    }

    /// Returns once somebody sleeps until exactly this time since the start.
    func waitForSleeper(until deadline: Duration) async {
        await withCheckedContinuation { continuation in
            lock.withLock {
                if sleepers.values.contains(where: { $0.deadline == deadline }) {
                    continuation.resume()
                } else {
                    watchers.append((deadline, continuation))
                }
            }
        }
    }

    /// Moves the time to what somebody sleeps for, once somebody does.
    func reach(_ time: Duration) async {
        await waitForSleeper(until: time)
        set(time)
    }

    /// Moves the time.
    func set(_ time: Duration) {
        let due = lock.withLock {
            self.time = time
            let due = sleepers.filter { $0.value.deadline <= time }
            for id in due.keys { sleepers.removeValue(forKey: id) }
            return due.values
        }
        for sleeper in due { sleeper.continuation.resume() }
    }
}
