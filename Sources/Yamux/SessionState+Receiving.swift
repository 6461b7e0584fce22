extension SessionState {
    /// Takes in the next bytes from the peer; any split of the same bytes has the same effect.
    ///
    /// - Throws: What the peer did wrong. All that came before it has had its effect; the state is
    ///   good for nothing but what it still has to say.
    mutating func receive(_ bytes: [UInt8]) throws(ProtocolViolation) {
        var position = 0
        while peerFailure == nil, let element = try decoder.next(in: bytes, at: &position) {
            switch element {
            case .header(let header): try receive(header)
            case .payload(let range, let isLast): receive(payload: bytes[range], isLast: isLast)
            }
        }
    }

    private mutating func receive(_ header: FrameHeader) throws(ProtocolViolation) {
        switch header.kind {
        case .data, .windowUpdate:
            guard header.stream != .session else { throw .session(header.kind, header.stream) }
            try receiveOnStream(header)
        case .ping:
            guard header.stream == .session else { throw .session(header.kind, header.stream) }
            switch header.flags {
            case .syn: send(FrameHeader(.ping, .ack, length: header.length))
            // An answer to no question is let be: it may have come too late.
            case .ack: events.append(.pong(header.length))
            default: throw .flags(header.kind, header.flags)
            }
        case .goAway:
            guard header.stream == .session else { throw .session(header.kind, header.stream) }
            guard header.flags.isEmpty else { throw .flags(header.kind, header.flags) }
            guard let reason = GoAwayReason(rawValue: header.length) else {
                throw .goAway(header.length)
            }
            peerWentAway(reason)
        }
    }

    private mutating func receiveOnStream(_ header: FrameHeader) throws(ProtocolViolation) {
        payloadStream = nil
        if header.flags.contains(.syn), !(try admit(header.stream)) {
            return try checkIgnored(header)
        }
        guard streams[header.stream]?.reset == nil,
            let change = try streams[header.stream]?.receive(header)
        else { return try checkIgnored(header) }

        if change.isAnswer { endOpening(header.stream) }
        if change.hasCredit { putInLine(header.stream) }
        if change.isReset { return cutOff(header.stream, because: "the peer reset it") }
        if change.isFinished { endReceiving(header.stream) }
        guard header.kind == .data, header.length > 0 else { return }
        if change.isForNobody {
            resetIfExhausted(header.stream)
        } else if bufferedBytes + Int(header.length) > configuration.maximumBufferedBytes {
            reset(header.stream, because: "all streams together hold too many unread bytes")
        }
        payloadStream = header.stream
    }

    /// The peer has answered a stream of ours.
    private mutating func endOpening(_ id: StreamID) {
        if streams[id]?.isAbandoned == false { streams[id]?.deadline = nil }
        answered()
    }

    /// Makes room for a stream that the peer opens; false where it is refused.
    private mutating func admit(_ id: StreamID) throws(ProtocolViolation) -> Bool {
        // Go does not look at the parity; it matters, because a number that this side gives out
        // itself would mix up two streams.
        guard id.isGivenOut(by: role.peer) else { throw .parity(id.rawValue) }
        guard streams[id] == nil, !held.contains(id) else { throw .duplicate(id.rawValue) }
        guard !hasGoneAway, backlog.count < configuration.acceptBacklog,
            streams.count < configuration.maximumStreams
        else {
            send(FrameHeader(.windowUpdate, .rst, id))
            return false
        }
        streams[id] = StreamState(openedBy: role.peer, as: role)
        backlog.append(id)
        events.append(.mayAccept)
        return true
    }

    /// Passes over a frame of a stream that is gone, as Go does: what the peer sent before it knew.
    ///
    /// The payload is skipped as it arrives, and no longer than a window: nobody was allowed more.
    private func checkIgnored(_ header: FrameHeader) throws(ProtocolViolation) {
        if header.stream.isGivenOut(by: role), header.stream >= nextID {
            throw .neverOpened(header.stream.rawValue)
        }
        guard header.kind == .data, header.length > ReceiveWindow.size else { return }
        throw .window(
            header.stream.rawValue,
            length: header.length,
            available: ReceiveWindow.size
        )
    }

    private mutating func receive(payload: ArraySlice<UInt8>, isLast: Bool) {
        guard let id = payloadStream, let isKept = streams[id]?.receive(payload: payload) else {
            return
        }
        if isKept {
            bufferedBytes += payload.count
            events.append(.mayRead(id))
        }
        if isLast, streams[id]?.endPayload() == true { endReceiving(id) }
    }

    /// The peer has finished its direction.
    private mutating func endReceiving(_ id: StreamID) {
        events.append(.mayRead(id))
        guard let stream = streams[id], stream.isAbandoned, stream.isOver else { return }
        remove(id)
    }
}
