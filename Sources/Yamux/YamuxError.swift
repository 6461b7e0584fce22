/// Why a whole session ended, or did not open one more stream.
///
/// What concerns a single stream is a `ByteStreamError`.
package enum YamuxError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The peer broke the protocol; it was told so and the connection was closed.
    case protocolViolation(ProtocolViolation)
    /// The peer said that this side broke the protocol, or that it failed itself.
    case peerFailed(GoAwayReason)
    /// The connection ended. Go ends a session so, without a word.
    case peerClosed
    /// The connection broke, or ended within a frame.
    case connectionLost(String)
    /// The peer did not read what was written to it.
    case writeTimedOut(Duration)
    /// The peer did not answer a ping.
    case keepAliveTimedOut(Duration)
    /// The session was closed on this side.
    case closed
    /// The peer wants no more streams; those that are open go on.
    case peerWentAway
    /// There are as many streams as there may be; close some.
    case tooManyStreams(Int)
    /// All numbers for streams have been given out; begin a new session.
    case streamsExhausted

    /// What was found, as a clause.
    package var description: String {
        switch self {
        case .protocolViolation(let found): "the peer broke the yamux protocol: \(found)"
        case .peerFailed(.protocolError): "the peer ended the session: it found a protocol error"
        case .peerFailed: "the peer ended the session: it had an internal error"
        case .peerClosed: "the peer closed the connection"
        case .connectionLost(let found): "the connection was lost: \(found)"
        case .writeTimedOut(let limit): "the peer did not read for \(limit)"
        case .keepAliveTimedOut(let limit): "the peer did not answer a ping within \(limit)"
        case .closed: "the session is closed"
        case .peerWentAway: "the peer accepts no more streams"
        case .tooManyStreams(let limit): "there are already \(limit) streams"
        case .streamsExhausted: "the session has used up the numbers for its streams"
        }
    }
}
