import Yamux

/// Lets the input be a peer, whole and in pieces, and an application and a peer in turns.
///
/// A trap is a finding; so are sums that do not add up, limits that do not hold, and a session that
/// depends on how its input was split. Recorded sessions, such as those in the `Vectors` of the
/// tests, are inputs as they are.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    for role in YamuxRole.allCases {
        checkSplits(of: input, as: role)
        interleave(input, as: role)
    }
    return 0
}

private func checkSplits(of input: [UInt8], as role: YamuxRole) {
    var whole = SessionTrial(as: role)
    _ = whole.receive(input)
    var split = SessionTrial(as: role)
    // Any size will do that is the same for the same input.
    let size = 1 + Int(input.reduce(0, &+) % 32)
    for start in stride(from: 0, to: input.count, by: size) {
        guard split.receive(Array(input[start..<min(start + size, input.count)])) else { break }
    }
    precondition(whole.summary == split.summary, "the session depends on the split")
}

/// Each byte of the input that is a choice is followed by a length and as many bytes of the peer's.
private func interleave(_ input: [UInt8], as role: YamuxRole) {
    var trial = SessionTrial(as: role)
    var rest = input[...]
    while let choice = rest.popFirst() {
        trial.act(choice)
        guard let length = rest.popFirst() else { break }
        let bytes = rest.prefix(Int(length % 64))
        rest = rest.dropFirst(bytes.count)
        guard trial.receive(Array(bytes)) else { break }
    }
}
