internal import MessagePack

/// Cuts a stream into messages; any split of the bytes gives the same messages.
///
/// There is no length before a message: its two values must be followed to their ends. A body is
/// only followed here, and decoded by whom it is for, so that one of the wrong shape costs one call
/// and not the stream. A header that is none ends the conversation.
package struct NetRPCMessageParser<Header: NetRPCHeader>: Sendable {
    private let limits: NetRPCLimits
    private var buffer: [UInt8] = []
    /// Where in the buffer the message begins whose bytes come next.
    private var start = 0
    private var scanner: MessagePackScanner
    /// The header, once it is there.
    private var header: Header?
    /// Where in the buffer the body begins that belongs to it.
    private var bodyStart = 0
    /// How many messages were whole, for errors.
    private var messages = 0

    /// Below this many bytes what is used up of the buffer is left in place.
    private static var compactionSize: Int { 64 << 10 }

    /// A parser of a stream that has not begun.
    package init(limits: NetRPCLimits = .standard) {
        self.limits = limits
        self.scanner = MessagePackScanner(limits: limits.header)
    }

    /// Adds the bytes that came next.
    package mutating func append(_ bytes: [UInt8]) {
        buffer += bytes
    }

    /// The next message; `nil` until more bytes come.
    ///
    /// - Throws: ``NetRPCError/Code/protocolViolation``; the parser is of no use then.
    package mutating func next() throws(NetRPCError) -> NetRPCMessage<Header>? {
        do {
            return try nextMessage()
        } catch {
            var found = error
            found.offset = error.offset.map { $0 - start }
            throw NetRPCError(
                .protocolViolation,
                "the peer broke the protocol in message \(messages + 1): \(found)"
            )
        }
    }

    /// Checks that the stream may end here.
    ///
    /// - Throws: ``NetRPCError/Code/connectionLost`` inside a message.
    package func expectEnd() throws(NetRPCError) {
        guard start == buffer.count else {
            let count = buffer.count - start
            throw NetRPCError(
                .connectionLost,
                "the stream ended inside message \(messages + 1), after \(count) bytes of it"
            )
        }
    }

    private mutating func nextMessage() throws(MessagePackError) -> NetRPCMessage<Header>? {
        if header == nil {
            guard try scanner.scan(buffer) else { return nil }
            var reader = MessagePackReader(buffer, at: start, limits: limits.header)
            let value = try reader.readValue()
            header = try Header(value, limits: limits.header)
            bodyStart = reader.position
            scanner = MessagePackScanner(at: bodyStart, limits: limits.body)
        }
        guard let header, try scanner.scan(buffer) else { return nil }
        let body = Array(buffer[bodyStart..<scanner.position])
        messages += 1
        self.header = nil
        start = scanner.position
        if start == buffer.count {
            buffer = []
            start = 0
        } else if start > Self.compactionSize, start > buffer.count / 2 {
            buffer = Array(buffer[start...])
            start = 0
        }
        scanner = MessagePackScanner(at: start, limits: limits.header)
        return NetRPCMessage(header: header, body: body)
    }
}
