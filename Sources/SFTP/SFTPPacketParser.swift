/// Cuts a server's stream into packets, however it is split, and takes them apart.
///
/// After an error the parser is only good for throwing away.
package struct SFTPPacketParser: Sendable {
    /// The longest packet that is taken, without its length field.
    ///
    /// OpenSSH's servers send at most 256 KiB; the rest is room for others.
    package static let maximumLength: UInt32 = 300_000

    /// What a packet says.
    package enum Packet: Sendable, Hashable {
        /// The server's greeting.
        case greeting(SFTPGreeting)
        /// A reply to the request with this id.
        case reply(id: UInt32, SFTPReply)
    }

    private var buffer: [UInt8] = []
    private var position = 0

    /// A parser that has seen nothing.
    package init() {}

    /// Whether the stream may end here: no packet has begun.
    package var isBetweenPackets: Bool { position == buffer.count }

    /// Takes the next bytes of the stream.
    package mutating func append(_ bytes: [UInt8]) {
        if position == buffer.count {
            buffer = bytes
        } else {
            buffer.removeSubrange(..<position)
            buffer.append(contentsOf: bytes)
        }
        position = 0
    }

    /// The next packet, or `nil` until more bytes have come.
    ///
    /// - Throws: ``SFTPError`` for what the draft does not allow; never traps.
    package mutating func next() throws -> Packet? {
        guard let body = try nextBody() else { return nil }
        var reader = WireReader(buffer[body])
        let type = try reader.byte()
        if type == PacketType.version { return .greeting(try SFTPGreeting(from: &reader)) }
        let id = try reader.uint32()
        return .reply(id: id, try SFTPReply(type: type, from: &reader))
    }

    private mutating func nextBody() throws -> Range<Int>? {
        let available = buffer.count - position
        guard available >= 4 else { return nil }
        let length = buffer[position..<(position + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard (1...Self.maximumLength).contains(length) else {
            let shown = SFTPStatus.text(Array(buffer[position...].prefix(64)))
            throw SFTPError.protocolViolation(
                "a packet claims \(length) bytes; the stream reads \"\(shown)\" there"
            )
        }
        guard available - 4 >= Int(length) else { return nil }
        let start = position + 4
        position = start + Int(length)
        return start..<position
    }
}
