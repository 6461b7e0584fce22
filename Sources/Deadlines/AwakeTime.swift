/// Time as this process lives through it.
///
/// While a process is stopped (SIGSTOP, a debugger, a virtual machine that is paused) clocks go on,
/// and at its next breath every deadline would have passed at once, although nobody had a chance to
/// keep any. A wait measured here counts at most a moment of such a gap.
package enum AwakeTime {
    /// How long one nap lasts: what is slept through beyond it counts as absence.
    private static let nap: Duration = .seconds(1)
    /// How late a nap may end on a busy machine without being an absence.
    package static let lateness: Duration = .seconds(1)

    /// Suspends for so long, not counting absences.
    ///
    /// - Throws: `CancellationError`.
    package static func sleep(for duration: Duration) async throws {
        var left = duration
        while left > .zero {
            let wanted = min(left, nap)
            let start = ContinuousClock.now
            try await Task.sleep(for: wanted, clock: .continuous)
            left -= start.duration(to: .now) - absence(in: start.duration(to: .now), of: wanted)
        }
    }

    /// How much of the time that a nap took was absence.
    package static func absence(in elapsed: Duration, of wanted: Duration) -> Duration {
        elapsed > wanted + lateness ? elapsed - wanted : .zero
    }
}
