/// Something that happens once, and that any number of tasks may wait for.
actor Event {
    private(set) var hasHappened = false
    private var waiters: [CheckedContinuation<Void, Never>] = []

    func happen() {
        hasHappened = true
        for waiter in waiters { waiter.resume() }
        waiters = []
    }

    func wait() async {
        guard !hasHappened else { return }
        await withCheckedContinuation { waiters.append($0) }
    }
}

/// Waits until the task is cancelled.
func untilCancelled() async {
    let (never, end) = AsyncStream<Void>.makeStream()
    for await _ in never {}
    end.finish()
}
