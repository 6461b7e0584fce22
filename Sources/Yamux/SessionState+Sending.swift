internal import ByteStreams

extension SessionState {
    /// Takes bytes to send on a stream.
    ///
    /// - Returns: Whether they are on their way. If not, they wait, and ``Event/mayWrite(_:)`` says
    ///   when they have left; no other write may come before.
    mutating func write(_ bytes: [UInt8], to id: StreamID) throws(ByteStreamError) -> Bool {
        guard let stream = streams[id], !stream.isAbandoned else { throw .closed }
        if let reason = stream.reset { throw .reset(reason) }
        guard stream.sending == .open else { throw .closed }
        guard !bytes.isEmpty else { return true }
        if outbox.count < YamuxConfiguration.promptBytes,
            bytes.count <= YamuxConfiguration.maximumPayload,
            streams[id]?.takeForFrame(exactly: bytes.count) == true
        {
            send(FrameHeader(.data, [], id, length: UInt32(bytes.count)))
            outbox += bytes
            return true
        }
        streams[id]?.pending = StreamState.PendingWrite(bytes: bytes)
        putInLine(id)
        return false
    }

    /// Whether a write on the stream still waits to leave.
    func isWriting(_ id: StreamID) -> Bool { streams[id]?.pending != nil }

    /// Gives up the write that waits.
    ///
    /// The peer may have a part of it, so the stream can no longer end well: it can only be closed,
    /// and the peer will see a reset and not an end.
    mutating func abandonWrite(to id: StreamID) {
        guard streams[id]?.pending != nil else { return }
        streams[id]?.pending = nil
        streams[id]?.sending = .torn
        events.append(.mayWrite(id))
    }

    /// Gives up all writes that wait; frames that are made already still leave.
    mutating func stopWriting() {
        for id in streams.keys { abandonWrite(to: id) }
        line = TurnLine()
    }

    /// Finishes this side's direction, behind what waits to be sent.
    mutating func finish(_ id: StreamID) throws(ByteStreamError) {
        guard let stream = streams[id], !stream.isAbandoned else { throw .closed }
        if let reason = stream.reset { throw .reset(reason) }
        switch stream.sending {
        case .open where stream.pending != nil: streams[id]?.sending = .finishing
        case .open: sendFIN(id)
        case .finishing, .finished: break
        case .torn: throw .reset("a write was cancelled, so what was sent is not whole")
        }
    }

    /// The next bytes for the connection, whole frames; `nil` where there are none.
    ///
    /// Answers, window updates and small writes go first, then each stream that can send has one
    /// frame in turn.
    mutating func nextBatch() -> [UInt8]? {
        guard hasOutput else { return nil }
        var batch: [UInt8] = []
        swap(&batch, &outbox)
        while batch.count < YamuxConfiguration.batchSize, let id = line.popFirst() {
            streams[id]?.isInLine = false
            guard streams[id]?.canSend == true,
                let bytes = streams[id]?.takeForFrame(upTo: YamuxConfiguration.maximumPayload)
            else { continue }
            batch.reserveCapacity(YamuxConfiguration.batchSize + YamuxConfiguration.maximumPayload)
            FrameHeader(.data, [], id, length: UInt32(bytes.count)).append(to: &batch)
            batch += bytes
            if streams[id]?.pending == nil { endWrite(id, in: &batch) } else { putInLine(id) }
        }
        return batch.isEmpty ? nil : batch
    }

    /// Lets a stream have its turn if it can send.
    mutating func putInLine(_ id: StreamID) {
        guard let stream = streams[id], stream.canSend, !stream.isInLine else { return }
        streams[id]?.isInLine = true
        line.append(id)
    }

    private mutating func endWrite(_ id: StreamID, in batch: inout [UInt8]) {
        events.append(.mayWrite(id))
        guard streams[id]?.sending == .finishing else { return }
        sendFIN(id)
        // Not in the next batch, but right behind the data.
        batch += outbox
        outbox.removeAll(keepingCapacity: true)
    }

    /// Sends the FIN, which leaves exactly once: a second one ends the session.
    mutating func sendFIN(_ id: StreamID) {
        streams[id]?.sending = .finished
        if streams[id]?.opening == .requested {
            // Go does not acknowledge what was finished before it was accepted, and may take its
            // time to answer.
            streams[id]?.deadline = nil
        }
        send(FrameHeader(.windowUpdate, .fin, id))
    }
}
