/// One stream as this side sees it: how it was opened, how each direction stands, both windows, and
/// the bytes that wait on either side of the application.
///
/// Opening and the two directions do not depend on each other: a stream may be finished before it
/// is acknowledged. (Go keeps one state for all and therefore never acknowledges a stream that was
/// finished before it was accepted.)
struct StreamState: Sendable {
    /// How far the stream's beginning has come.
    enum Opening: Equatable, Sendable {
        /// Opened by this side; nothing has come back.
        case requested
        /// Opened by the peer; waits for the application.
        case offered
        /// In use on both sides.
        case established
    }

    /// How this side's direction stands.
    enum Sending: Equatable, Sendable {
        case open
        /// To be finished when what waits has left.
        case finishing
        /// A FIN has left; a second one would end the session.
        case finished
        /// A write was given up with a part of it sent, so what the peer has is no whole.
        case torn
    }

    /// How the peer's direction stands.
    enum Receiving: Equatable, Sendable {
        case open
        /// The FIN came on a data frame whose payload is still arriving.
        case finishing
        case finished
    }

    /// Bytes to send, and how many of them have left.
    struct PendingWrite: Sendable {
        let bytes: [UInt8]
        var sent = 0

        var left: Int { bytes.count - sent }
    }

    private(set) var opening: Opening
    private(set) var receiving = Receiving.open
    var sending = Sending.open
    /// Why the stream was cut off, if it was; nothing else matters then.
    private(set) var reset: String?
    /// Whether the application has let go of the stream while the peer still sends.
    var isAbandoned = false
    /// When to stop waiting for the peer, by the session's clock.
    var deadline: Duration?

    private(set) var receiveWindow = ReceiveWindow()
    private(set) var sendWindow = SendWindow()
    private(set) var inbound = InboundBuffer()
    var pending: PendingWrite?
    /// Whether the stream is in the line of those that can send.
    var isInLine = false

    private let isOurs: Bool
    private var isAcknowledged = false

    /// A stream that one side has just opened.
    init(openedBy opener: YamuxRole, as role: YamuxRole) {
        isOurs = opener == role
        opening = isOurs ? .requested : .offered
    }

    /// Whether a write could put bytes on the wire now.
    var canSend: Bool { pending != nil && sendWindow.available > 0 && reset == nil }

    /// Whether neither side has anything more to say.
    var isOver: Bool { sending == .finished && receiving == .finished }

    // MARK: From the peer

    /// What a frame changed.
    struct Change: Equatable, Sendable {
        /// The first sign that the peer has accepted the stream.
        var isAnswer = false
        /// The send window grew.
        var hasCredit = false
        /// The peer has finished.
        var isFinished = false
        /// The peer cuts the stream off.
        var isReset = false
        /// The payload of this frame is for nobody.
        var isForNobody = false
    }

    /// Takes in a frame of this stream, without its payload.
    ///
    /// Flags count in the order SYN, ACK, FIN, RST, as in Go; a FIN on a data frame comes after the
    /// payload.
    mutating func receive(_ header: FrameHeader) throws(ProtocolViolation) -> Change {
        var change = Change()
        if header.flags.contains(.ack) { try acknowledge(header.stream) }
        if opening == .requested {
            // Go puts the ACK on its first frame, or leaves it away; either is an answer.
            opening = .established
            change.isAnswer = true
        }
        switch header.kind {
        case .data:
            // Go sends data after its FIN when Close and Write race there; the end has been read by
            // then, so it is for nobody. It still uses up the window.
            change.isForNobody = isAbandoned || receiving != .open
            try reserve(header)
        case .windowUpdate:
            try addCredit(header)
            change.hasCredit = header.length > 0
        case .ping, .goAway:
            preconditionFailure("only frames of streams get here")
        }
        if header.flags.contains(.fin) {
            guard receiving == .open else { throw .finish(header.stream.rawValue) }
            receiving = .finishing
            if header.kind == .windowUpdate || header.length == 0 {
                receiving = .finished
                change.isFinished = true
            }
        }
        change.isReset = header.flags.contains(.rst)
        return change
    }

    /// Takes in a part of the payload; false where it is for nobody.
    mutating func receive(payload: ArraySlice<UInt8>) -> Bool {
        guard reset == nil, !isAbandoned, receiving != .finished else { return false }
        inbound.append(payload)
        return true
    }

    /// The payload is whole; true where it was the last.
    mutating func endPayload() -> Bool {
        guard receiving == .finishing else { return false }
        receiving = .finished
        return true
    }

    private mutating func acknowledge(_ id: StreamID) throws(ProtocolViolation) {
        guard isOurs, !isAcknowledged else { throw .acknowledgement(id.rawValue) }
        isAcknowledged = true
    }

    private mutating func reserve(_ header: FrameHeader) throws(ProtocolViolation) {
        let available = receiveWindow.available
        guard receiveWindow.reserve(header.length) else {
            throw .window(header.stream.rawValue, length: header.length, available: available)
        }
    }

    private mutating func addCredit(_ header: FrameHeader) throws(ProtocolViolation) {
        let available = sendWindow.available
        guard sendWindow.add(header.length) else {
            throw .credit(header.stream.rawValue, increment: header.length, available: available)
        }
    }

    // MARK: From the application

    /// The application has accepted the peer's stream.
    mutating func accept() {
        precondition(opening == .offered, "only an offered stream is accepted")
        opening = .established
    }

    /// What arrived, at most `limit` bytes, and the window update that is due for it.
    mutating func read(upTo limit: Int) -> (bytes: [UInt8], increment: UInt32?) {
        let bytes = inbound.take(upTo: limit)
        // A peer that has finished needs no more room.
        let increment = receiveWindow.consume(bytes.count)
        return (bytes, receiving == .open ? increment : nil)
    }

    /// As many of the bytes that wait as one frame may have, leaving them out of the window.
    mutating func takeForFrame(upTo limit: Int) -> ArraySlice<UInt8> {
        guard var write = pending else { return [] }
        let count = sendWindow.take(min(limit, write.left))
        let start = write.sent
        write.sent += count
        let bytes = write.bytes[start..<write.sent]
        pending = write.left == 0 ? nil : write
        return bytes
    }

    /// Takes all of `count` bytes out of the window, or nothing.
    mutating func takeForFrame(exactly count: Int) -> Bool {
        guard pending == nil, count <= Int(clamping: sendWindow.available) else { return false }
        return sendWindow.take(count) == count
    }

    /// Forgets what waits on either side; nothing more will come or go.
    mutating func cutOff(_ reason: String) {
        reset = reason
        opening = .established
        deadline = nil
        pending = nil
        inbound.removeAll()
    }

    /// The application wants nothing more of what arrived.
    mutating func discardInbound() {
        inbound.removeAll()
    }
}
