import HCLSpecification

/// Reads the input as a specification in gob and in protobuf, and writes what it read.
///
/// A trap is a finding; so is a specification that is not the same once it was written and read
/// again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    if let specification = try? HCLSpecification(gob: bytes) { checkGob(specification) }
    if let specification = try? HCLSpecification(protobuf: bytes) {
        checkProtobuf(specification)
        checkGob(specification)
    }
    return 0
}

private func checkGob(_ specification: HCLSpecification) {
    do throws(HCLSpecificationError) {
        let again = try HCLSpecification(gob: try specification.gob())
        precondition(again == specification, "another specification in gob")
    } catch {
        fatalError("our own gob is refused: \(error)")
    }
    // Not all that gob can say has a form in protobuf.
    guard (try? specification.checkExpressibleInProtobuf()) != nil else { return }
    checkProtobuf(specification)
}

private func checkProtobuf(_ specification: HCLSpecification) {
    do throws(HCLSpecificationError) {
        let again = try HCLSpecification(protobuf: try specification.protobuf())
        precondition(again == specification, "another specification in protobuf")
        let type = specification.impliedType
        let sameType = try CtyType(json: try type.json)
        precondition(sameType == type, "another type in JSON")
    } catch {
        precondition(error.code == .limitExceeded, "our own protobuf is refused: \(error)")
    }
}
