/// The twelve bytes in front of everything on the wire, all numbers big-endian:
/// `version(1) type(1) flags(2) stream id(4) length(4)`.
///
/// Source: hashicorp/yamux, `spec.md` and `const.go`.
struct FrameHeader: Equatable, Sendable {
    /// "The version field is used for future backward compatibility. At the current time, the field
    /// is always set to 0."
    static let version: UInt8 = 0
    /// How long a header is.
    static let size = 12

    /// What a frame is for.
    enum Kind: UInt8, CaseIterable, Sendable {
        /// "Used to transmit data. May transmit zero length payloads depending on the flags." The
        /// length is that of the payload which follows; no other frame has one.
        case data = 0
        /// "Used to update the sender's receive window size." The length is the increment, also 0.
        case windowUpdate = 1
        /// "Used to measure RTT. It can also be used to heart-beat." The length is an opaque value.
        case ping = 2
        /// "Used to close a session." The length is a ``GoAwayReason``.
        case goAway = 3
    }

    /// What a frame does to its stream beside what it carries.
    struct Flags: OptionSet, Sendable {
        let rawValue: UInt16

        /// "Signals the start of a new stream".
        static let syn = Flags(rawValue: 1)
        /// "Acknowledges the start of a new stream".
        static let ack = Flags(rawValue: 2)
        /// "Performs a half-close of a stream".
        static let fin = Flags(rawValue: 4)
        /// "Reset a stream immediately".
        static let rst = Flags(rawValue: 8)
        /// All that version 0 knows.
        static let known: Flags = [.syn, .ack, .fin, .rst]
    }

    var kind: Kind
    var flags: Flags
    var stream: StreamID
    var length: UInt32

    /// A frame of one stream, or of the session where `stream` is ``StreamID/session``.
    init(_ kind: Kind, _ flags: Flags = [], _ stream: StreamID = .session, length: UInt32 = 0) {
        self.kind = kind
        self.flags = flags
        self.stream = stream
        self.length = length
    }

    /// Reads a header from exactly ``size`` bytes.
    ///
    /// Unknown types and flags are refused: version 0 has no others, so they mean that the two
    /// sides no longer agree where a frame begins.
    init(_ bytes: some Collection<UInt8>) throws(ProtocolViolation) {
        var word: (UInt32, UInt32, UInt32) = (0, 0, 0)
        for (index, byte) in bytes.prefix(Self.size).enumerated() {
            switch index / 4 {
            case 0: word.0 = word.0 << 8 | UInt32(byte)
            case 1: word.1 = word.1 << 8 | UInt32(byte)
            default: word.2 = word.2 << 8 | UInt32(byte)
            }
        }
        let version = UInt8(word.0 >> 24)
        guard version == Self.version else { throw .version(version) }
        let kind = UInt8(truncatingIfNeeded: word.0 >> 16)
        guard let known = Kind(rawValue: kind) else { throw .kind(kind) }
        flags = Flags(rawValue: UInt16(truncatingIfNeeded: word.0))
        guard flags.isSubset(of: .known) else { throw .flags(known, flags) }
        self.kind = known
        stream = StreamID(rawValue: word.1)
        length = word.2
    }

    /// Writes the header behind `bytes`.
    func append(to bytes: inout [UInt8]) {
        bytes.append(Self.version)
        bytes.append(kind.rawValue)
        bytes.append(UInt8(truncatingIfNeeded: flags.rawValue >> 8))
        bytes.append(UInt8(truncatingIfNeeded: flags.rawValue))
        for word in [stream.rawValue, length] {
            for shift in [24, 16, 8, 0] as [UInt32] {
                bytes.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
    }
}

/// The number of a stream: odd where the client opened it, even where the server did.
struct StreamID: Hashable, Comparable, Sendable, CustomStringConvertible {
    let rawValue: UInt32

    /// "The 0 ID is reserved to represent the session".
    static let session = StreamID(rawValue: 0)

    /// Whether a side with this role gives out this number.
    func isGivenOut(by role: YamuxRole) -> Bool {
        rawValue != 0 && (rawValue % 2 == 1) == (role == .client)
    }

    static func < (one: StreamID, other: StreamID) -> Bool { one.rawValue < other.rawValue }

    var description: String { "\(rawValue)" }
}

/// Which end of the connection this is; it decides only who numbers streams how.
package enum YamuxRole: Sendable, Hashable, CaseIterable {
    /// Opens streams 1, 3, 5 and so on.
    case client
    /// Opens streams 2, 4, 6 and so on.
    case server

    /// The role at the other end.
    package var peer: YamuxRole { self == .client ? .server : .client }
}

/// Why a side wants no more streams.
package enum GoAwayReason: UInt32, Sendable, Hashable, CaseIterable {
    /// It is winding up; what is open goes on.
    case normal = 0
    /// It found that the other side breaks the protocol; it ends the session.
    case protocolError = 1
    /// It failed by itself; it ends the session.
    case internalError = 2
}
