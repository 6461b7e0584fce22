internal import ByteStreams

extension SessionState {
    /// What a reader finds.
    enum Reading: Equatable, Sendable {
        case bytes([UInt8])
        case end
        case nothingYet
    }

    /// Takes what has arrived on a stream, at most `limit` bytes, and gives its room back to the
    /// peer.
    ///
    /// A reset comes at once, before what is unread, as in Go.
    mutating func read(_ id: StreamID, upTo limit: Int) throws(ByteStreamError) -> Reading {
        guard let stream = streams[id], !stream.isAbandoned else { throw .closed }
        if let reason = stream.reset { throw .reset(reason) }
        guard !stream.inbound.isEmpty else {
            return stream.receiving == .finished ? .end : .nothingYet
        }
        guard let (bytes, increment) = streams[id]?.read(upTo: max(1, limit)) else { throw .closed }
        bufferedBytes -= bytes.count
        if let increment { send(FrameHeader(.windowUpdate, [], id, length: increment)) }
        return .bytes(bytes)
    }

    /// The application has no more use for the stream, in either direction.
    ///
    /// The peer gets a FIN, as from Go. A FIN says that all has arrived, so a write that was given
    /// up or still waits becomes a reset instead; so does a peer that can never finish, because it
    /// waits for room that nobody will make.
    mutating func close(_ id: StreamID, now: Duration) {
        guard let stream = streams[id], !stream.isAbandoned else { return }
        events += [.mayRead(id), .mayWrite(id)]
        bufferedBytes -= stream.inbound.count
        streams[id]?.discardInbound()
        guard stream.reset == nil else { return remove(id) }
        streams[id]?.isAbandoned = true
        guard stream.pending == nil, stream.sending != .torn else { return reset(id) }
        if stream.sending == .open { sendFIN(id) }
        guard stream.receiving != .finished else { return remove(id) }
        streams[id]?.deadline = now + configuration.streamCloseTimeout
        resetIfExhausted(id)
    }

    /// Cuts a stream off: what is under way in either direction is lost, and the peer is told so.
    ///
    /// - Parameters:
    ///   - id: The stream.
    ///   - reason: What a reader or a writer on this side is told.
    mutating func reset(_ id: StreamID, because reason: String = "it was closed") {
        guard let stream = streams[id], stream.reset == nil else { return }
        send(FrameHeader(.windowUpdate, .rst, id))
        cutOff(id, because: reason)
    }

    /// The application cuts the stream off, and has no more use for it.
    mutating func abort(_ id: StreamID) {
        guard let stream = streams[id] else { return }
        guard stream.reset == nil else { return remove(id) }
        streams[id]?.isAbandoned = true
        reset(id)
    }

    /// Ends a stream here, and wakes whoever waits for it.
    mutating func cutOff(_ id: StreamID, because reason: String) {
        guard let stream = streams[id] else { return }
        events += [.mayRead(id), .mayWrite(id)]
        // What the application has not seen, or no longer sees, is as if it had never been.
        if stream.opening == .offered || stream.isAbandoned { return remove(id) }
        bufferedBytes -= stream.inbound.count
        if stream.opening == .requested { answered() }
        streams[id]?.cutOff(reason)
    }

    /// Tells a peer that writes to a closed stream that nobody reads it.
    ///
    /// What it was allowed to send is passed over, so that a peer which is about to finish may do
    /// so; one that needs more room than that would wait for ever.
    mutating func resetIfExhausted(_ id: StreamID) {
        guard let stream = streams[id], stream.isAbandoned,
            stream.receiveWindow.available == 0, stream.receiving == .open
        else { return }
        reset(id)
    }

    /// Ends what the peer has left lying for too long.
    mutating func expire(now: Duration) {
        for (id, stream) in streams {
            guard let deadline = stream.deadline, deadline <= now else { continue }
            reset(id, because: "the peer did not accept it in \(configuration.streamOpenTimeout)")
        }
    }

    /// The next time at which ``expire(now:)`` has something to do.
    var nextDeadline: Duration? {
        streams.values.lazy.compactMap(\.deadline).min()
    }
}
