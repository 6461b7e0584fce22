/// A whole session as a value: bytes from the peer and wishes of the application go in, bytes for
/// the peer and news for the application come out.
///
/// It knows no tasks, no clock and no connection.
struct SessionState: Sendable {
    /// What somebody may wait for; the state says when to look again.
    enum Event: Hashable, Sendable {
        /// One more stream may be opened, or none ever again.
        case mayOpen
        /// A stream can be accepted.
        case mayAccept
        /// A stream has bytes, or its end.
        case mayRead(StreamID)
        /// A write has left, or never will.
        case mayWrite(StreamID)
        /// The answer to a ping came.
        case pong(UInt32)
    }

    let role: YamuxRole
    let configuration: YamuxConfiguration

    var streams: [StreamID: StreamState] = [:]
    /// The peer's streams that wait to be accepted, oldest first.
    var backlog: [StreamID] = []
    /// The streams that the application knows by an object, also when they are gone here.
    private(set) var held: Set<StreamID> = []
    /// How many of our streams the peer has not answered.
    var unanswered = 0
    /// How many bytes wait in all streams to be read.
    var bufferedBytes = 0
    /// Whether the peer wants no more streams.
    private(set) var hasPeerGoneAway = false
    /// Why the peer has ended the session, if it has; what comes after that is not looked at.
    private(set) var peerFailure: GoAwayReason?
    /// Whether this side wants no more streams.
    private(set) var hasGoneAway = false
    /// The number of the next stream opened here.
    private(set) var nextID: StreamID

    /// Whole frames that leave before anything else, in this order.
    var outbox: [UInt8] = []
    /// The streams that can send what waits in them; they take turns.
    var line = TurnLine()
    /// What happened since the events were last taken.
    var events: [Event] = []

    var decoder = FrameDecoder()
    /// Whose payload is arriving; `nil` where it is for nobody.
    var payloadStream: StreamID?
    private var nextPing: UInt32 = 0

    /// A session that has just begun.
    init(role: YamuxRole, configuration: YamuxConfiguration, nextID: StreamID? = nil) {
        self.role = role
        self.configuration = configuration
        self.nextID = nextID ?? StreamID(rawValue: role == .client ? 1 : 2)
    }

    /// Whether there is anything to write to the connection.
    var hasOutput: Bool { !outbox.isEmpty || !line.isEmpty }

    /// Whether so much waits for the connection that the peer's frames should wait too.
    var wantsPause: Bool { outbox.count >= YamuxConfiguration.pauseBytes }

    /// What happened since the last call.
    mutating func takeEvents() -> [Event] {
        guard !events.isEmpty else { return [] }
        defer { events.removeAll(keepingCapacity: true) }
        return events
    }

    // MARK: Streams

    /// Says that the application has an object for a stream, for as long as which its number means
    /// that stream alone.
    mutating func hold(_ id: StreamID) { held.insert(id) }

    /// Says that the object is gone.
    mutating func letGo(_ id: StreamID) { held.remove(id) }

    /// Opens a stream.
    ///
    /// Data may follow at once.
    ///
    /// - Returns: The stream, or `nil` where the peer has to answer others first.
    mutating func open(now: Duration) throws(YamuxError) -> StreamID? {
        guard !hasPeerGoneAway else { throw .peerWentAway }
        // The last number of each kind is left alone, as in Go, so that adding never overflows.
        guard nextID.rawValue < .max - 1 else { throw .streamsExhausted }
        guard streams.count < configuration.maximumStreams else {
            throw .tooManyStreams(configuration.maximumStreams)
        }
        guard unanswered < configuration.acceptBacklog else { return nil }
        let id = nextID
        nextID = StreamID(rawValue: id.rawValue + 2)
        var stream = StreamState(openedBy: role, as: role)
        stream.deadline = now + configuration.streamOpenTimeout
        streams[id] = stream
        unanswered += 1
        // Go never opens a stream by a data frame.
        send(FrameHeader(.windowUpdate, .syn, id))
        return id
    }

    /// The oldest of the peer's streams that nobody has accepted, acknowledged; `nil` for none.
    mutating func accept() -> StreamID? {
        guard !backlog.isEmpty else { return nil }
        let id = backlog.removeFirst()
        streams[id]?.accept()
        // Always: a stream without ACK holds one of the opener's places, and ends newer Go sessions.
        send(FrameHeader(.windowUpdate, .ack, id))
        return id
    }

    /// Refuses all streams that the peer opens from now on.
    mutating func goAway(_ reason: GoAwayReason) {
        hasGoneAway = true
        send(FrameHeader(.goAway, length: reason.rawValue))
    }

    /// Asks for a sign of life.
    ///
    /// - Returns: The value that the answer will carry.
    mutating func ping() -> UInt32 {
        defer { nextPing &+= 1 }
        send(FrameHeader(.ping, .syn, length: nextPing))
        return nextPing
    }

    /// The peer has said that it wants no more streams, or that it ends the session.
    mutating func peerWentAway(_ reason: GoAwayReason) {
        hasPeerGoneAway = true
        if reason != .normal { peerFailure = reason }
        events.append(.mayOpen)
    }

    /// Puts a frame without payload behind what waits to be written.
    mutating func send(_ header: FrameHeader) {
        header.append(to: &outbox)
    }

    /// Drops a stream that is over.
    mutating func remove(_ id: StreamID) {
        guard let stream = streams.removeValue(forKey: id) else { return }
        bufferedBytes -= stream.inbound.count
        switch stream.opening {
        case .requested: answered()
        case .offered: backlog.removeAll { $0 == id }
        case .established: break
        }
    }

    /// One place more for streams that wait to be answered.
    mutating func answered() {
        unanswered -= 1
        events.append(.mayOpen)
    }
}

/// Streams that take turns, first in first out.
struct TurnLine: Sendable {
    private var ids: [StreamID] = []
    private var first = 0

    var isEmpty: Bool { first == ids.count }

    mutating func append(_ id: StreamID) {
        ids.append(id)
    }

    mutating func popFirst() -> StreamID? {
        guard first < ids.count else { return nil }
        defer {
            first += 1
            if first == ids.count {
                ids.removeAll(keepingCapacity: true)
                first = 0
            } else if first >= 64, first * 2 >= ids.count {
                ids.removeFirst(first)
                first = 0
            }
        }
        return ids[first]
    }
}
