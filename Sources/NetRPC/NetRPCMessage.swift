internal import MessagePack

/// A request or a response in ugorji's GoRpc framing: two MessagePack values back to back.
package struct NetRPCMessage<Header: NetRPCHeader>: Sendable, Equatable {
    /// What the message belongs to.
    package var header: Header
    /// The arguments, the reply, or what stands for it beside an error: one MessagePack value.
    package var body: [UInt8]

    /// A message.
    package init(header: Header, body: [UInt8]) {
        self.header = header
        self.body = body
    }

    /// The message's bytes.
    package func encoded() -> [UInt8] {
        // Enough for a header without an error.
        var writer = MessagePackWriter(capacity: body.count + 128)
        header.write(to: &writer)
        writer.append(encoded: body)
        return writer.bytes
    }
}

/// Nothing as arguments or as a reply: nil on the wire, and anything is taken for it.
package struct NetRPCNothing: Sendable, Hashable, Codable {
    /// Nothing.
    package init() {}

    /// Takes anything.
    package init(from decoder: any Decoder) {}

    /// Encodes nil.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encodeNil()
    }
}
