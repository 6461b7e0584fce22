internal import ByteStreams

extension YamuxSession {
    /// Opens a stream.
    ///
    /// It can be written at once; whether the peer accepts it shows later.
    ///
    /// Waits while the peer has answered none of the last ``YamuxConfiguration/acceptBacklog``
    /// streams.
    ///
    /// - Throws: ``YamuxError``, `CancellationError`.
    package func open() async throws -> YamuxStream {
        try Task.checkCancellation()
        let ticket = ticket()
        while true {
            if let failure { throw failure }
            // Only ``wait(for:_:)`` looks for a cancellation from here on: it passes on the wake-up
            // that this call may have had.
            let now = time.elapsed
            do {
                if let id = try state.open(now: now) {
                    setAlarm(now + configuration.streamOpenTimeout)
                    state.hold(id)
                    settle()
                    return YamuxStream(id: id, session: self)
                }
            } catch {
                // The place that this call was woken for is the next one's.
                wakeFirst(for: .event(.mayOpen))
                throw error
            }
            try await wait(for: .event(.mayOpen), ticket)
        }
    }

    /// Waits for a stream that the peer opens, and acknowledges it.
    ///
    /// Several tasks may wait. Accept soon: the peer may open only so many more.
    ///
    /// - Throws: ``YamuxError``, among them ``YamuxError/peerClosed`` for the usual end;
    ///   `CancellationError`.
    package func accept() async throws -> YamuxStream {
        try Task.checkCancellation()
        let ticket = ticket()
        while true {
            if let failure { throw failure }
            if let id = state.accept() {
                state.hold(id)
                settle()
                return YamuxStream(id: id, session: self)
            }
            try await wait(for: .event(.mayAccept), ticket)
        }
    }

    /// Asks the peer for a sign of life.
    ///
    /// There is no limit to the waiting but the keepalive's; put one on it.
    ///
    /// - Returns: How long the answer took.
    /// - Throws: ``YamuxError``, `CancellationError`.
    package func ping() async throws -> Duration {
        if let failure { throw failure }
        try Task.checkCancellation()
        let value = state.ping()
        let start = time.elapsed
        pings[value] = start
        settle()
        defer { pings.removeValue(forKey: value) }
        let ticket = ticket()
        while pings[value] != nil {
            if let failure { throw failure }
            try await wait(for: .event(.pong(value)), ticket)
        }
        return time.elapsed - start
    }

    // MARK: For YamuxStream

    func read(_ id: StreamID, upTo count: Int) async throws -> [UInt8]? {
        try Task.checkCancellation()
        let ticket = ticket()
        while true {
            switch try state.read(id, upTo: count) {
            case .bytes(let bytes):
                settle()
                return bytes
            case .end:
                return nil
            case .nothingYet:
                if let failure { throw failure }
                try await wait(for: .event(.mayRead(id)), ticket)
            }
        }
    }

    func write(_ bytes: [UInt8], to id: StreamID) async throws {
        try Task.checkCancellation()
        let ticket = ticket()
        // Only where two tasks write at once, which a stream does not promise to keep apart.
        while state.isWriting(id) { try await wait(for: .event(.mayWrite(id)), ticket) }
        if let failure { throw failure }
        let isOnItsWay = try state.write(bytes, to: id)
        settle()
        guard !isOnItsWay else { return }
        while state.isWriting(id) {
            do {
                try await wait(for: .event(.mayWrite(id)), ticket)
            } catch {
                guard state.isWriting(id) else { break }
                state.abandonWrite(to: id)
                settle()
                throw error
            }
        }
        try checkWritten(id)
    }

    /// Whether the write that no longer waits has left, or was given up with its stream or session.
    private func checkWritten(_ id: StreamID) throws {
        guard let stream = state.streams[id], !stream.isAbandoned else {
            throw ByteStreamError.closed
        }
        if let reason = stream.reset { throw ByteStreamError.reset(reason) }
        if stream.sending == .torn { throw failure ?? YamuxError.closed }
    }

    func finish(_ id: StreamID) throws {
        if let failure { throw failure }
        try state.finish(id)
        settle()
    }

    func close(_ id: StreamID) {
        let now = time.elapsed
        state.close(id, now: now)
        if failure == nil { setAlarm(now + configuration.streamCloseTimeout) }
        settle()
    }

    func reset(_ id: StreamID) {
        state.abort(id)
        settle()
    }

    /// The application has lost a stream without closing it.
    func forget(_ id: StreamID) {
        if state.streams[id]?.sending == .finished { close(id) } else { reset(id) }
        state.letGo(id)
    }
}
