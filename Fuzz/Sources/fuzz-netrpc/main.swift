import NetRPC

/// Reads the input as a stream of requests and as one of responses, whole and in pieces.
///
/// A trap is a finding; so is a stream that gives other messages, or another error, in other pieces,
/// and a message that cannot be read once it is written again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let stream = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let piece = 1 + Int(stream.reduce(0, &+) % 32)
    check(Reading<NetRPCRequestHeader>(of: stream, piece: stream.count + 1), piece, stream)
    check(Reading<NetRPCResponseHeader>(of: stream, piece: stream.count + 1), piece, stream)
    return 0
}

private func check<Header>(_ whole: Reading<Header>, _ piece: Int, _ stream: [UInt8]) {
    let split = Reading<Header>(of: stream, piece: piece)
    precondition(whole.error == split.error, "the error depends on the split")
    precondition(whole.messages == split.messages, "the messages depend on the split")
    let again = Reading<Header>(of: Array(whole.messages.joined()), piece: piece)
    precondition(again.error == nil, "what is written cannot be read")
    precondition(again.messages == whole.messages, "a message is written otherwise again")
}

/// What can be read of a stream that comes in pieces.
private struct Reading<Header: Sendable & Codable> {
    /// Each message as it is written.
    var messages: [[UInt8]] = []
    var error: NetRPCError?

    init(of stream: [UInt8], piece: Int) {
        var parser = NetRPCMessageParser<Header>()
        do throws(NetRPCError) {
            for start in stride(from: 0, to: stream.count, by: piece) {
                parser.append(Array(stream[start..<min(start + piece, stream.count)]))
                while let message = try parser.next() {
                    messages.append((try? message.encoded()) ?? [])
                }
            }
            try parser.expectEnd()
        } catch {
            self.error = error
        }
    }
}
