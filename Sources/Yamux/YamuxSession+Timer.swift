extension YamuxSession {
    /// One timer for all deadlines, which is not touched as long as no earlier one is set: a write
    /// costs the reading of a clock.
    func startTimer() {
        guard let interval = configuration.keepAliveInterval else { return }
        keepAliveDue = time.elapsed + interval
        setAlarm(time.elapsed + interval)
    }

    /// From now on, the peer has the write timeout to read.
    func setWriteDeadline() {
        let deadline = time.elapsed + configuration.writeTimeout
        writeDeadline = deadline
        setAlarm(deadline)
    }

    /// Makes sure that ``ring(setTo:)`` is called at `deadline` or before.
    func setAlarm(_ deadline: Duration) {
        if let alarm, alarm <= deadline { return }
        timer?.cancel()
        alarm = deadline
        let delay = deadline - time.elapsed
        timer = Task { [weak self, clock] in
            guard (try? await clock.sleep(for: delay)) != nil else { return }
            await self?.ring(setTo: deadline)
        }
    }

    private func ring(setTo deadline: Duration) {
        alarm = nil
        let now = time.elapsed
        if now > deadline + YamuxConfiguration.lateness { excuse(now) }
        if let writeDeadline, writeDeadline <= now {
            self.writeDeadline = nil
            return writingTimedOut()
        }
        if failure == nil { ringWhileOpen(now) }
        // Once the session is over, only the write of its last words has a deadline.
        let next =
            failure == nil
            ? [writeDeadline, keepAliveDue, keepAliveDeadline, state.nextDeadline]
            : [writeDeadline]
        if let next = next.compactMap({ $0 }).min() { setAlarm(next) }
    }

    /// This side has slept, or had no processor, so that the peer may have done what it should: it
    /// gets its time anew.
    private func excuse(_ now: Duration) {
        if writeDeadline != nil { writeDeadline = now + configuration.writeTimeout }
        lastArrival = now
    }

    private func ringWhileOpen(_ now: Duration) {
        if let keepAliveDeadline, keepAliveDeadline <= now {
            return end(.keepAliveTimedOut(configuration.writeTimeout))
        }
        if let due = keepAliveDue, due <= now, let interval = configuration.keepAliveInterval {
            keepAliveDue = now + interval
            let value = state.ping()
            pings[value] = now
            keepAlives.insert(value)
        }
        state.expire(now: now)
        settle()
    }

    /// When the oldest keepalive must have been answered.
    ///
    /// Whatever arrives is a sign of life: over a slow connection an answer may be far behind in a
    /// line of data.
    private var keepAliveDeadline: Duration? {
        guard let oldest = keepAlives.compactMap({ pings[$0] }).min() else { return nil }
        return max(oldest, lastArrival) + configuration.writeTimeout
    }
}

/// The time since a session began, on any clock.
struct SessionTime: Sendable {
    private let reading: @Sendable () -> Duration

    init(_ clock: some Clock<Duration>) {
        let start = clock.now
        reading = { start.duration(to: clock.now) }
    }

    var elapsed: Duration { reading() }
}
