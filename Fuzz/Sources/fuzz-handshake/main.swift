import PackerRPC

/// Reads the input as a plugin's first line.
///
/// A trap is a finding; so is a line that is another one once it was written and read again, and an
/// error that shows what a terminal obeys.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    do {
        let line = try HandshakeLine(decoding: bytes)
        for form in [HandshakeLine.Form.three, .four] {
            let other = HandshakeLine(line.address, form: form)
            precondition((try? HandshakeLine(decoding: other.encoded)) == other, "another line")
        }
    } catch {
        let text = "\(error)"
        precondition(text.utf8.count < 4096, "a long error")
        precondition(
            text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F },
            "a terminal obeys the error"
        )
    }
    return 0
}
