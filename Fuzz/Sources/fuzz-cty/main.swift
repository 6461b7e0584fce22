import HCLSpecification

/// Reads the input as a value of cty in JSON, MessagePack and gob, and writes what it read.
///
/// A trap is a finding; so is a value that is not the same once it was written and read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    if let type = try? CtyType(json: bytes) {
        precondition((try? CtyType(json: (try? type.json) ?? [])) == type, "another type")
    }
    if let value = try? CtyValue(json: bytes) { check(value) }
    if let value = try? CtyValue(messagePack: bytes) { check(value) }
    if let value = try? CtyValue(gob: bytes) { check(value) }
    return 0
}

private func check(_ value: CtyValue) {
    _ = value.configuration
    // What is unknown becomes a placeholder in JSON, so that it is only the same from then on.
    do throws(HCLSpecificationError) {
        let unpacked = try CtyValue(messagePack: try value.messagePack())
        precondition(unpacked == value, "another value in MessagePack")
        let plain = try CtyValue(json: try value.json())
        let again = try CtyValue(json: try plain.json())
        precondition(again == plain, "another value in JSON")
    } catch {
        precondition(error.code == .limitExceeded, "our own value is refused: \(error)")
    }
    // Sets and what is unknown have no form in gob.
    guard let stream = try? value.gob() else { return }
    precondition((try? CtyValue(gob: stream)) == value, "another value in gob")
}
