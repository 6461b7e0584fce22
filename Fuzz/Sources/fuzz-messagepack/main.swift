import MessagePack

/// Reads the input as MessagePack in every way there is.
///
/// A trap is a finding; so is a reader that disagrees with the scanner, a value that is not stable
/// once it is written, and memory beyond what the limits promise.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    var reader = MessagePackReader(bytes)
    let value = try? reader.readValue()
    var scanner = MessagePackScanner()
    let isWhole = (try? scanner.scan(bytes)) ?? false
    precondition((value != nil) == isWhole, "reader and scanner disagree")
    checkSplits(of: bytes, isWhole: isWhole, end: scanner.position)
    guard let value else { return 0 }
    precondition(reader.position == scanner.position, "reader and scanner end apart")
    checkStability(of: value)
    checkDecoding(of: value)
    return 0
}

private func checkSplits(of bytes: [UInt8], isWhole: Bool, end: Int) {
    let piece = 1 + Int(bytes.reduce(0, &+) % 16)
    var scanner = MessagePackScanner()
    var arrived: [UInt8] = []
    var isFound = false
    do {
        for start in stride(from: 0, to: bytes.count, by: piece) where !isFound {
            arrived += bytes[start..<min(start + piece, bytes.count)]
            isFound = try scanner.scan(arrived)
        }
    } catch {
        precondition(!isWhole, "an error depends on the split")
    }
    precondition(isFound == isWhole, "the end depends on the split")
    precondition(!isWhole || scanner.position == end, "the end depends on the split")
}

private func checkStability(of value: MessagePackValue) {
    let encoded = value.encoded
    guard let again = try? MessagePackValue(decoding: encoded) else {
        preconditionFailure("what is written cannot be read")
    }
    precondition(again.encoded == encoded, "a value is written otherwise the second time")
    let coded = try? MessagePackEncoder().encode(value)
    precondition(coded == encoded, "the encoder writes otherwise than the writer")
}

/// A struct with what Packer's messages have.
private struct Message: Codable {
    var number: Int?
    var small: UInt8 = 0
    var float: Float = 0
    var text = ""
    var bytes: [UInt8]?
    var time: MessagePackTimestamp?
    var list: [Message]?
    var table: [String: MessagePackValue]?
    var numbered: [Int: String]?

    enum CodingKeys: String, CodingKey {
        case number = "N"
        case small = "s"
        case float = "f"
        case text = "T"
        case bytes = "B"
        case time = "t"
        case list = "L"
        case table = "M"
        case numbered = "I"
    }
}

private func checkDecoding(of value: MessagePackValue) {
    let decoder = MessagePackDecoder()
    _ = try? decoder.decode([String: String].self, from: value)
    _ = try? decoder.decode([Double].self, from: value)
    guard let message = try? decoder.decode(Message.self, from: value) else { return }
    guard let encoded = try? MessagePackEncoder().encode(message) else {
        // What is as deep as the limit may need a level more as a struct.
        return
    }
    precondition((try? decoder.decode(Message.self, from: encoded)) != nil, "cannot read its own")
}
