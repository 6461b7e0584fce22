/// Checks what a server sends before its packets are encrypted, where anybody on the way may have
/// written it (RFC 4253 sections 4.2, 6 and 7.1).
///
/// The limits of lines are OpenSSH's. libssh2 1.10 has none: it reads lines for ever.
struct UnprotectedInput {
    /// The most lines before the identification.
    static let lineLimit = 1_024
    /// The longest of them.
    static let longestLine = 8_192
    /// The longest identification, with its end.
    static let longestIdentification = 255
    /// The longest packet that libssh2 takes.
    static let longestPacket = 40_000

    private enum Stage { case lines, packets, over }
    private static let newKeys: UInt8 = 21
    /// Number and padding length; the message's number comes next.
    private static let headCount = 6

    /// How many bytes came up to the first packet; `nil` so far.
    private(set) var greetingCount: Int?
    /// How many packets came up to the keys, with the one that says so; `nil` so far.
    private(set) var plainPackets: Int?
    private var lineBytes = 0
    private var packets = 0
    private var stage = Stage.lines
    private var lines = 0
    /// The beginning of the line or of the packet at hand.
    private var head: [UInt8] = []
    /// How much of the line has come, or how much of the packet is still to come.
    private var count = 0

    /// Looks at the next bytes; costs nothing once packets are encrypted.
    ///
    /// - Returns: What no SSH server sends, as a clause; `nil` when all is well.
    mutating func violation(in bytes: [UInt8]) -> String? {
        var rest = bytes[...]
        while stage != .over, !rest.isEmpty {
            let found = stage == .lines ? readLine(&rest) : readPacket(&rest)
            if let found { return found }
        }
        return nil
    }

    private mutating func readLine(_ rest: inout ArraySlice<UInt8>) -> String? {
        let end = rest.firstIndex(of: 0x0A)
        let part = rest[..<(end.map { $0 + 1 } ?? rest.endIndex)]
        rest = rest[part.endIndex...]
        head += part.prefix(4 - head.count)
        count += part.count
        lineBytes += part.count
        guard !part.contains(0) else { return "it sent a zero byte before its SSH identification" }
        let isIdentification = head.elementsEqual("SSH-".utf8)
        guard count <= (isIdentification ? Self.longestIdentification : Self.longestLine) else {
            return isIdentification
                ? "its SSH identification is longer than \(Self.longestIdentification) bytes"
                : "it sent a line of over \(Self.longestLine) bytes before its SSH identification"
        }
        guard end != nil else { return nil }
        head = []
        count = 0
        lines += 1
        if isIdentification {
            stage = .packets
            greetingCount = lineBytes
        }
        return lines <= Self.lineLimit || isIdentification
            ? nil : "it sent over \(Self.lineLimit) lines before its SSH identification"
    }

    private mutating func readPacket(_ rest: inout ArraySlice<UInt8>) -> String? {
        if count > 0 {
            let skipped = min(count, rest.count)
            rest = rest.dropFirst(skipped)
            count -= skipped
            return nil
        }
        let part = rest.prefix(Self.headCount - head.count)
        rest = rest.dropFirst(part.count)
        head += part
        guard head.count == Self.headCount else { return nil }
        defer { head = [] }
        let length = head.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        guard length <= Self.longestPacket, Int(head[4]) + 2 <= length else {
            return "it sent a packet that cannot be one, of \(length) bytes"
        }
        count = length - 2
        let message = head[5]
        // Only the transport's own messages may come before the keys; not the login's answers.
        guard message < 50, message != 5, message != 6 else {
            return "it sent message \(message) before any keys were agreed on"
        }
        packets += 1
        if message == Self.newKeys {
            stage = .over
            plainPackets = packets
        }
        return nil
    }
}
