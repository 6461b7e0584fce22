import Gob

/// Reads the input as a gob stream, whole and in pieces, and writes what it read.
///
/// A trap is a finding; so is a stream that is not read alike however it is split, and a value that
/// is written otherwise the second time. Streams are inputs as they are, such as those in the
/// `Vectors` of the tests.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let stream = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    // Any size will do that is the same for the same input.
    let size = 1 + Int(stream.reduce(0, &+) % 32)
    let whole = Reading(of: stream, inPiecesOf: max(1, stream.count))
    let split = Reading(of: stream, inPiecesOf: size)
    precondition(whole.error == split.error, "the error depends on the split")
    precondition(whole.types == split.types, "the types depend on the split")
    precondition(whole.written == split.written, "the values depend on the split")
    for written in whole.written { written.checkThatItCanBeReadBack() }
    return 0
}

/// What can be read of a stream that comes in pieces.
private struct Reading {
    var error: GobError?
    var types = GobTypes()

    /// Each value as it is written as each type that it can be written as; equal bytes are equal
    /// values, while a value with a NaN in it is not equal to itself.
    var written: [Written] = []

    init(of stream: [UInt8], inPiecesOf size: Int) {
        var decoder = GobDecoder()
        var values: [GobValue] = []
        do throws(GobError) {
            for start in stride(from: 0, to: stream.count, by: size) {
                decoder.append(stream[start..<min(start + size, stream.count)])
                while let value = try decoder.next() { values.append(value) }
            }
            try decoder.finish()
        } catch {
            self.error = error
        }
        types = decoder.types
        for value in values.prefix(2) {
            for type in [.int, .string, .interface, .float, .bytes] + types.ids.prefix(4) {
                let stream = try? GobEncoder.stream(of: value, as: type, types: types)
                if let stream { written.append(Written(stream: stream, type: type)) }
            }
        }
    }
}

private struct Written: Equatable {
    var stream: [UInt8]
    var type: GobTypeID

    func checkThatItCanBeReadBack() {
        var decoder = GobDecoder()
        decoder.append(stream)
        do throws(GobError) {
            guard let value = try decoder.next() else { fatalError("our own stream has no value") }
            try decoder.finish()
            let again = try GobEncoder.stream(of: value, as: type, types: decoder.types)
            precondition(again == stream, "a value is written otherwise the second time")
        } catch {
            fatalError("our own stream is refused: \(error)")
        }
    }
}
