import NetRPC

/// Reads the input as a stream of requests or as one of responses, whole and in pieces.
///
/// A trap is a finding; so is a stream that gives other messages, or another error, in other pieces,
/// and a message that cannot be read once it is written again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let stream = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    // One kind an input: the two differ in one field, and this is twice as fast.
    let sum = Int(stream.reduce(0, &+))
    if sum < 128 {
        check(Reading<NetRPCRequestHeader>(of: stream, piece: stream.count + 1), 1 + sum % 32)
    } else {
        check(Reading<NetRPCResponseHeader>(of: stream, piece: stream.count + 1), 1 + sum % 32)
    }
    return 0
}

private func check<Header: NetRPCHeader>(_ whole: Reading<Header>, _ piece: Int) {
    let split = Reading<Header>(of: whole.stream, piece: piece)
    precondition(whole.error == split.error, "the error depends on the split")
    precondition(whole.written == split.written, "the messages depend on the split")
    precondition(whole.ends == split.ends, "the messages depend on the split")
    let again = Reading<Header>(of: whole.written, piece: piece)
    precondition(again.error == nil, "what is written cannot be read")
    precondition(again.written == whole.written, "a message is written otherwise again")
    precondition(again.ends == whole.ends, "a message is written otherwise again")
}

/// What can be read of a stream that comes in pieces.
private struct Reading<Header: NetRPCHeader> {
    let stream: [UInt8]
    /// The messages as they are written, one after the other.
    var written: [UInt8] = []
    /// Where each of them ends.
    var ends: [Int] = []
    var error: NetRPCError?

    init(of stream: [UInt8], piece: Int) {
        self.stream = stream
        var parser = NetRPCMessageParser<Header>()
        do throws(NetRPCError) {
            for start in stride(from: 0, to: stream.count, by: piece) {
                parser.append(Array(stream[start..<min(start + piece, stream.count)]))
                while let message = try parser.next() {
                    written += message.encoded()
                    ends.append(written.count)
                }
            }
            try parser.expectEnd()
        } catch {
            self.error = error
        }
    }
}
