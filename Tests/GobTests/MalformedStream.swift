import Gob
import Testing

/// A stream with a fault, and what is expected of every one.
struct MalformedStream: CustomTestStringConvertible, Sendable {
    let name: String
    let stream: [UInt8]
    var limits = GobLimits.standard
    var testDescription: String { name }

    init(_ name: String, _ stream: [UInt8], limits: GobLimits = .standard) {
        self.name = name
        self.stream = stream
        self.limits = limits
    }

    /// Checks that nothing but this is found, however the stream is split.
    func expect(_ code: GobError.Code) {
        let whole = Reading(of: [stream], limits: limits)
        #expect(whole.error?.code == code)
        #expect(whole.values.isEmpty)
        let offset = whole.error?.offset ?? -1
        #expect((0...stream.count).contains(offset))
        let pieces = stream.pieces(of: stream.count > 10_000 ? 1000 : 1)
        #expect(Reading(of: pieces, limits: limits) == whole)
    }
}

/// Definitions to build on, as messages.
enum Define {
    static let listOfInts = message(hex("ff81 02 01 02 ff82 00 01 04 00 00"))
    static let listOfAnything = message(hex("ff81 02 01 02 ff82 00 01 10 00 00"))
    static let mapOfInts = message(hex("ff81 04 01 02 ff82 00 01 04 01 04 00 00"))
    static let arrayOfTwo = message(hex("ff81 01 01 02 ff82 00 01 04 01 04 00 00"))
    static let point = message(
        hex("ff81 03 01 01 01 50 01 ff82 00 01 02 01 01 58 01 04 00 01 01 59 01 04 00 00 00")
    )
    static let listOfItself = message(hex("ff81 02 01 02 ff82 00 01 ff82 00 00"))
    static let mapOfItself = message(hex("ff81 04 01 02 ff82 00 01 04 01 ff82 00 00"))
    /// A slice of a slice of the first.
    static let ring =
        message(hex("ff81 02 01 02 ff82 00 01 ff84 00 00"))
        + message(hex("ff83 02 01 02 ff84 00 01 ff82 00 00"))
    static let arrayOfItself = message(hex("ff81 01 01 02 ff82 00 01 ff82 01 02 00 00"))
    static let structOfItself = message(
        hex("ff81 03 01 02 ff82 00 01 01 01 01 46 01 ff82 00 00 00")
    )
    static let opaque = message(hex("ff81 05 01 02 ff82 00 00 00"))
    static let listOfUndefined = message(hex("ff81 02 01 02 ff82 00 01 ff90 00 00"))
}
