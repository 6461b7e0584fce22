/// Finds the frames in bytes that come in pieces of any size.
///
/// Holds at most one unfinished header: a payload is passed on as it arrives, so nothing is ever
/// allocated because a length says so.
struct FrameDecoder: Sendable {
    /// A part of the input.
    enum Element: Equatable, Sendable {
        /// A header; for data, its payload follows as ``payload(_:isLast:)``.
        case header(FrameHeader)
        /// A part of the payload of the last header, by where it is in the input; never empty.
        case payload(Range<Int>, isLast: Bool)
    }

    private var partial: [UInt8] = []
    private var missing = 0

    /// Whether the input so far ends within a frame.
    var isInsideFrame: Bool { !partial.isEmpty || missing > 0 }

    init() {
        partial.reserveCapacity(FrameHeader.size)
    }

    /// The element at `position`, which moves behind it; `nil` when the input is used up.
    mutating func next(
        in bytes: [UInt8],
        at position: inout Int
    ) throws(ProtocolViolation) -> Element? {
        let left = bytes.count - position
        guard left > 0 else { return nil }
        if missing > 0 {
            let count = min(missing, left)
            missing -= count
            defer { position += count }
            return .payload(position..<position + count, isLast: missing == 0)
        }
        let header: FrameHeader
        if partial.isEmpty, left >= FrameHeader.size {
            header = try FrameHeader(bytes[position..<position + FrameHeader.size])
            position += FrameHeader.size
        } else {
            let count = min(FrameHeader.size - partial.count, left)
            partial += bytes[position..<position + count]
            position += count
            guard partial.count == FrameHeader.size else { return nil }
            defer { partial.removeAll(keepingCapacity: true) }
            header = try FrameHeader(partial)
        }
        // Clamping matters where an Int has 32 bits; a length that large is more than any window,
        // and the session ends before its payload is looked at.
        if header.kind == .data { missing = Int(clamping: header.length) }
        return .header(header)
    }
}
