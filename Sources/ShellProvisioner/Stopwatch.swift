/// Measures time on any clock, also one that is only known as `any Clock`.
struct Stopwatch: Sendable {
    private let reading: @Sendable () -> Duration

    /// Starts at once.
    init(_ clock: some Clock<Duration>) {
        let start = clock.now
        reading = { start.duration(to: clock.now) }
    }

    /// The time since the start.
    var elapsed: Duration { reading() }
}
