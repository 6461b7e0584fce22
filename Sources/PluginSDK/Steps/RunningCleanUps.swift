/// The clean-ups of builders that go on in this process, so that its end can wait for them.
///
/// Each has a limit of its own (``Step/cleanUpLimit``), so they end.
package actor RunningCleanUps {
    /// Those of this process.
    package static let shared = RunningCleanUps()

    private var running = 0
    private var begun = 0
    private var waiters: [CheckedContinuation<Void, Never>] = []

    /// No clean-ups yet.
    package init() {}

    /// Notes that a builder begins to clean up.
    package func begin() {
        running += 1
        begun += 1
    }

    /// Notes that a builder has cleaned up.
    package func end() {
        running -= 1
        guard running == 0 else { return }
        let ended = waiters
        waiters = []
        for waiter in ended { waiter.resume() }
    }

    /// Waits until nothing has been cleaned up for the time that a pause takes.
    ///
    /// - Parameter pause: Waits for so long; called again when something was cleaned up meanwhile.
    /// - Throws: What `pause` throws.
    package func settle(_ pause: @Sendable () async throws -> Void) async throws {
        var before: Int
        repeat {
            if running > 0 { await withCheckedContinuation { waiters.append($0) } }
            before = begun
            try await pause()
        } while running > 0 || begun != before
    }
}
