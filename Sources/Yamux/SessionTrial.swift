internal import ByteStreams

/// A session without a connection, for trying out what a peer may send: a fuzzer's door to
/// ``SessionState``.
package struct SessionTrial {
    private var state: SessionState
    private var now = Duration.zero
    private var held: [StreamID] = []
    private var receivedBytes = 0
    private var readBytes = 0
    private var violation: ProtocolViolation?

    /// A session that has just begun, with limits so low that a short input reaches them.
    package init(as role: YamuxRole) {
        var configuration = YamuxConfiguration()
        configuration.acceptBacklog = 4
        configuration.maximumStreams = 8
        configuration.maximumBufferedBytes = 512
        state = SessionState(role: role, configuration: configuration)
    }

    /// What can be told from outside; equal after equal input, however that was split.
    package var summary: String {
        let streams = state.streams.keys.sorted()
        return "\(streams) \(state.bufferedBytes) \(state.unanswered) \(state.backlog) "
            + "\(state.outbox) \(violation.map { "\($0)" } ?? "")"
    }

    /// Takes in bytes from the peer; false once they are a fault or the peer has ended the session.
    package mutating func receive(_ bytes: [UInt8]) -> Bool {
        guard violation == nil else { return false }
        receivedBytes += bytes.count
        do throws(ProtocolViolation) {
            try state.receive(bytes)
        } catch {
            violation = error
        }
        checkSums()
        return violation == nil && state.peerFailure == nil
    }

    /// Does something that an application may do at this point, by a number.
    package mutating func act(_ choice: UInt8) {
        let id = held.isEmpty ? nil : held[Int(choice >> 4) % held.count]
        now += .seconds(1)
        switch (choice & 15, id) {
        case (0, _): if let id = state.accept() { held.append(id) }
        case (1, _): if case .some(.some(let id)) = try? state.open(now: now) { held.append(id) }
        case (2, .some(let id)), (3, .some(let id)):
            if case .bytes(let bytes) = try? state.read(id, upTo: 1 + Int(choice)) {
                readBytes += bytes.count
            }
        case (4, .some(let id)):
            guard !state.isWriting(id) else { break }
            _ = try? state.write([UInt8](repeating: choice, count: 3 * Int(choice)), to: id)
        case (5, .some(let id)):
            guard !state.isWriting(id) else { break }
            _ = try? state.write([UInt8](repeating: choice, count: 66_000), to: id)
        case (6, .some(let id)): state.abandonWrite(to: id)
        case (7, .some(let id)): try? state.finish(id)
        case (8, .some(let id)): state.close(id, now: now)
        case (9, .some(let id)): state.abort(id)
        case (10, _): state.expire(now: now + .seconds(Int(choice)))
        case (11, _): state.goAway(.normal)
        case (12, _): _ = state.ping()
        default: _ = state.nextBatch()
        }
        _ = state.takeEvents()
        checkSums()
    }

    /// What must hold whatever the peer and the application do, until the peer's fault ends all.
    private func checkSums() {
        guard violation == nil else { return }
        let streams = state.streams.values
        precondition(state.bufferedBytes == streams.reduce(0) { $0 + $1.inbound.count })
        precondition(state.unanswered == streams.count { $0.opening == .requested })
        precondition(state.backlog.count == streams.count { $0.opening == .offered })
        precondition(state.backlog.count <= state.configuration.acceptBacklog)
        precondition(streams.count <= state.configuration.maximumStreams)
        precondition(state.bufferedBytes <= state.configuration.maximumBufferedBytes)
        precondition(state.bufferedBytes + readBytes <= receivedBytes)
    }
}
