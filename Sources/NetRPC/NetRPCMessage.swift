package import MessagePack

/// The header of a request: `rpc.Request` of Go's net/rpc.
package struct NetRPCRequestHeader: Sendable, Hashable, Codable {
    /// The method, `Service.Method`; the service may contain dots.
    package var serviceMethod: String
    /// The request's number, chosen by the client.
    package var sequence: UInt64

    /// A header.
    package init(serviceMethod: String, sequence: UInt64) {
        self.serviceMethod = serviceMethod
        self.sequence = sequence
    }

    private enum CodingKeys: String, CodingKey {
        case serviceMethod = "ServiceMethod"
        case sequence = "Seq"
    }
}

/// The header of a response: `rpc.Response` of Go's net/rpc.
package struct NetRPCResponseHeader: Sendable, Hashable, Codable {
    /// The method of the request; nobody matches responses by it.
    package var serviceMethod: String
    /// The request's number.
    package var sequence: UInt64
    /// Why the call failed; empty for success.
    package var error: String

    /// A header.
    package init(serviceMethod: String, sequence: UInt64, error: String = "") {
        self.serviceMethod = serviceMethod
        self.sequence = sequence
        self.error = error
    }

    private enum CodingKeys: String, CodingKey {
        case serviceMethod = "ServiceMethod"
        case sequence = "Seq"
        case error = "Error"
    }
}

/// A request or a response in ugorji's GoRpc framing: two MessagePack values back to back.
package struct NetRPCMessage<Header: Sendable & Codable>: Sendable {
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
    package func encoded() throws(MessagePackError) -> [UInt8] {
        try MessagePackEncoder().encode(header) + body
    }
}

extension NetRPCMessage: Equatable where Header: Equatable {}

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
