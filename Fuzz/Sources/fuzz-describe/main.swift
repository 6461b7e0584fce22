import PackerRPC

/// Reads the input as what a plugin's `describe` prints.
///
/// A trap is a finding; so is a description that is another one once it was written and read again,
/// and an error that shows what a terminal obeys.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    do {
        let description = try PluginDescription(decoding: bytes)
        _ = description.isCompatible
        var written = description
        // Nothing is a version only where there is none.
        if written.sdkVersion.isEmpty { written.sdkVersion = "0" }
        precondition(
            (try? PluginDescription(decoding: written.encoded)) == written,
            "another description"
        )
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
