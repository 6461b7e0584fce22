import Synchronization

/// A clock that stands still until someone sleeps, and then jumps.
final class TestClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (one: Instant, other: Instant) -> Bool { one.offset < other.offset }
    }

    private let time = Mutex(Duration.zero)
    private let naps = Mutex<[Duration]>([])

    var now: Instant { Instant(offset: time.withLock { $0 }) }
    var minimumResolution: Duration { .zero }

    /// How long the sleeps were, in order.
    var sleeps: [Duration] { naps.withLock { $0 } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        naps.withLock { $0.append(deadline.offset - now.offset) }
        time.withLock { $0 = max($0, deadline.offset) }
    }
}
