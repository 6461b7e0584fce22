/// What a peer did that yamux does not allow.
///
/// The session is over then.
package enum ProtocolViolation: Error, Sendable, Equatable, CustomStringConvertible {
    /// A frame of another version.
    case version(UInt8)
    /// A frame of a type that does not exist.
    case kind(UInt8)
    /// Flags that do not exist, or not on such a frame.
    case flags(UInt16, String)
    /// A frame of a stream that has the session's number, or the reverse.
    case session(UInt32, String)
    /// A stream opened with a number that the peer does not give out.
    case parity(UInt32)
    /// A stream opened while one of this number is in use.
    case duplicate(UInt32)
    /// A frame of a stream that this side never opened.
    case neverOpened(UInt32)
    /// An acknowledgement of a stream that needed none.
    case acknowledgement(UInt32)
    /// A second end of the same stream.
    case finish(UInt32)
    /// More data than the window allows.
    case window(UInt32, length: UInt32, available: UInt32)
    /// Window updates that add up to more than a window can be.
    case credit(UInt32, increment: UInt32, available: UInt32)
    /// A go-away with a reason that does not exist.
    case goAway(UInt32)

    static func flags(_ kind: FrameHeader.Kind, _ flags: FrameHeader.Flags) -> Self {
        .flags(flags.rawValue, "\(kind)")
    }

    static func session(_ kind: FrameHeader.Kind, _ stream: StreamID) -> Self {
        .session(stream.rawValue, "\(kind)")
    }

    /// What was found, as a clause.
    package var description: String {
        switch self {
        case .version(let found): "a frame has version \(found), not 0"
        case .kind(let found): "a frame has type \(found), not 0 to 3"
        case .flags(let found, let kind): "a \(kind) frame has flags 0x\(String(found, radix: 16))"
        case .session(let id, let kind): "a \(kind) frame names stream \(id)"
        case .parity(let id):
            "stream \(id) was opened by the side that does not give out its number"
        case .duplicate(let id): "stream \(id) was opened while it was in use"
        case .neverOpened(let id): "a frame names stream \(id), which was never opened"
        case .acknowledgement(let id): "stream \(id) was acknowledged out of turn"
        case .finish(let id): "stream \(id) was finished twice"
        case .window(let id, let length, let available):
            "stream \(id) got \(length) bytes where its window had room for \(available)"
        case .credit(let id, let increment, let available):
            "stream \(id) got a window update of \(increment) on top of \(available)"
        case .goAway(let reason): "a go-away has the reason \(reason), not 0 to 2"
        }
    }
}
