package import MessagePack

/// The header of a request or of a response.
///
/// It reads and writes itself: by way of `Codable` the header would cost more than the rest of a
/// call. What is tolerated is what Go's codec tolerates: see ``MessagePackFields``.
package protocol NetRPCHeader: Sendable, Hashable {
    /// What a value means as a header.
    ///
    /// - Throws: ``MessagePackError`` for what is none, with the field to blame as its path.
    init(_ value: MessagePackValue, limits: MessagePackLimits) throws(MessagePackError)

    /// Writes the header as Go does: a map of its fields in order.
    func write(to writer: inout MessagePackWriter)
}

/// The header of a request: `rpc.Request` of Go's net/rpc.
package struct NetRPCRequestHeader: NetRPCHeader {
    /// The method, `Service.Method`; the service may contain dots.
    package var serviceMethod: String
    /// The request's number, chosen by the client.
    package var sequence: UInt64

    /// A header.
    package init(serviceMethod: String, sequence: UInt64) {
        self.serviceMethod = serviceMethod
        self.sequence = sequence
    }

    /// What a value means as a header.
    package init(
        _ value: MessagePackValue,
        limits: MessagePackLimits = .standard
    ) throws(MessagePackError) {
        let fields = try MessagePackFields(value, limits: limits)
        serviceMethod = try fields.string(Field.serviceMethod, at: 0)
        sequence = try fields.uint64(Field.sequence, at: 1)
    }

    /// Writes the header.
    package func write(to writer: inout MessagePackWriter) {
        writer.writeMapHead(count: 2)
        writer.write(Field.serviceMethod)
        writer.write(serviceMethod)
        writer.write(Field.sequence)
        writer.write(sequence)
    }
}

/// The header of a response: `rpc.Response` of Go's net/rpc.
package struct NetRPCResponseHeader: NetRPCHeader {
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

    /// What a value means as a header.
    package init(
        _ value: MessagePackValue,
        limits: MessagePackLimits = .standard
    ) throws(MessagePackError) {
        let fields = try MessagePackFields(value, limits: limits)
        serviceMethod = try fields.string(Field.serviceMethod, at: 0)
        sequence = try fields.uint64(Field.sequence, at: 1)
        error = try fields.string(Field.error, at: 2)
    }

    /// Writes the header.
    package func write(to writer: inout MessagePackWriter) {
        writer.writeMapHead(count: 3)
        writer.write(Field.serviceMethod)
        writer.write(serviceMethod)
        writer.write(Field.sequence)
        writer.write(sequence)
        writer.write(Field.error)
        writer.write(error)
    }
}

/// The names of Go's fields.
private enum Field {
    static let serviceMethod = "ServiceMethod"
    static let sequence = "Seq"
    static let error = "Error"
}
