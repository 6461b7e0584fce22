import NIOConcurrencyHelpers

/// Says what this process holds each time that so many more bytes have passed.
final class Sampler: Sendable {
    private let step: Int
    private let start: ContinuousClock.Instant
    private let next = NIOLockedValueBox(0)

    init(step: Int, start: ContinuousClock.Instant) {
        self.step = step
        self.start = start
    }

    /// So many have passed.
    func reach(_ count: Int) throws {
        let isDue = next.withLockedValue { next in
            guard count >= next else { return false }
            next = count - count % step + step
            return true
        }
        if isDue { try sample(after: count >> 20, since: start) }
    }
}
