/// Cuts a gob stream into its messages, however it is split.
struct GobInput: Sendable {
    private var buffer: [UInt8] = []
    private var position = 0

    /// Where in the stream the buffer begins.
    private var start = 0

    /// Whether all bytes that came have been handed out.
    var isEmpty: Bool { position == buffer.count }

    /// How many bytes have come.
    var end: Int { start + buffer.count }

    /// Takes the next bytes of the stream.
    mutating func append(_ bytes: some Sequence<UInt8>) {
        // Not at every call, so that many small ones do not move the same bytes again and again.
        if position > buffer.count / 2 {
            buffer.removeSubrange(..<position)
            start += position
            position = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next message if it is there whole, when its value has taken `length` bytes so far.
    mutating func message(
        limits: GobLimits,
        after length: Int
    ) throws(GobError) -> GobCursor? {
        guard let first = buffer[position...].first else { return nil }
        // "each message ... is preceded by an encoded unsigned integer count of the number of
        // bytes remaining in the message": at most nine bytes, perhaps not all there.
        let announced = first < 0x80 ? 1 : 1 + 256 - Int(first)
        let head = Array(buffer[position...].prefix(min(announced, 9)))
        guard announced > 9 || head.count == announced else { return nil }
        var cursor = GobCursor(head, at: start + position)
        let count = try cursor.uint()
        guard count > 0 else {
            throw GobError(.truncatedMessage, "a message is empty", at: start + position)
        }
        guard count <= UInt64(max(0, limits.maximumLength - length)) else {
            let found = "a value of more than \(limits.maximumLength) bytes is announced"
            throw GobError(.limitExceeded, found, at: start + position)
        }
        let body = position + head.count
        guard buffer.count - body >= Int(count) else { return nil }
        position = body + Int(count)
        return GobCursor(Array(buffer[body..<position]), at: start + body)
    }
}
