import Gob
import Testing

/// Streams that say more or less than they hold, or more than is taken from a peer.
@Suite struct StreamLengthTests {
    @Test(arguments: [
        MalformedStream("a string", message(hex("0c 00 05 61"))),
        MalformedStream("a string beyond all bounds", message(hex("0c 00 f8 ffffffffffffffff"))),
        MalformedStream(
            "a string of the largest int",
            message(hex("0c 00 f8 7fffffffffffffff 61"))
        ),
        MalformedStream("bytes", message(hex("0a 00 fc 7fffffff 61"))),
        MalformedStream("an opaque value", Define.opaque + message(hex("ff82 00 02 61"))),
        MalformedStream("an interface's name", message(hex("10 00 7f 78"))),
        MalformedStream("an interface's value", message(hex("10 00 01 78 04 7f 00 06"))),
        MalformedStream(
            "an interface's value, beyond all bounds",
            message(hex("10 00 01 78 04 f8 ffffffffffffffff 00 06"))
        ),
        MalformedStream(
            "a slice beyond all bounds",
            Define.listOfInts + message(hex("ff82 00 f8 ffffffffffffffff"))
        ),
        MalformedStream(
            "a map beyond all bounds",
            Define.mapOfInts + message(hex("ff82 00 f8 8000000000000000"))
        ),
        MalformedStream("an array", Define.arrayOfTwo + message(hex("ff82 00 03 02 02 02"))),
        MalformedStream(
            "fields beyond all bounds",
            message(hex("ff81 03 01 02 ff82 00 01 f8 ffffffffffffffff"))
        ),
    ])
    func `refuses a length that does not agree with what follows`(malformed: MalformedStream) {
        malformed.expect(.lengthMismatch)
    }

    @Test(arguments: [
        MalformedStream("an empty message", hex("00")),
        MalformedStream("an empty message behind a definition", Define.point + hex("00")),
        MalformedStream("in a number", message(hex("04 00 fe 01"))),
        MalformedStream("before a number", message(hex("04 00"))),
        MalformedStream("behind a type", message(hex("04"))),
        MalformedStream("in a type", message(hex("ff"))),
        MalformedStream("in a struct", Define.point + message(hex("ff82 01 04"))),
        MalformedStream("in a slice", Define.listOfInts + message(hex("ff82 00 04 02 02 02"))),
        MalformedStream(
            "in a huge slice",
            Define.listOfInts + message(hex("ff82 00 f8 7fffffffffffffff 02 02"))
        ),
        MalformedStream(
            "in a huge map",
            Define.mapOfInts + message(hex("ff82 00 fc ffffffff 02 02 04"))
        ),
        MalformedStream(
            "in a slice of interfaces",
            Define.listOfAnything + message(hex("ff82 00 fc ffffffff 00 00"))
        ),
        MalformedStream("in a complex number", message(hex("0e 00 00"))),
        MalformedStream("in a definition", message(hex("ff81 03 01 02"))),
        MalformedStream(
            "in a definition's huge fields",
            message(hex("ff81 03 01 02 ff82 00 01 fc ffffffff 01 01 58 01 04 00"))
        ),
        MalformedStream(
            "behind an interface's name",
            message(hex("10 00 01 78")) + message(hex("04"))
        ),
    ])
    func `refuses a message that ends too early`(malformed: MalformedStream) {
        malformed.expect(.truncatedMessage)
    }

    @Test(arguments: [
        MalformedStream("an int", message(hex("04 00 06 00"))),
        MalformedStream("a struct", Define.point + message(hex("ff82 01 02 00 00"))),
        MalformedStream("a slice", Define.listOfInts + message(hex("ff82 00 01 02 02"))),
        MalformedStream("an interface", message(hex("10 00 01 78 04 02 00 06 07"))),
        MalformedStream("a definition", message(hex("ff81 05 01 02 ff82 00 00 00 01 ff82 00 00"))),
    ])
    func `refuses a message that goes on behind its value`(malformed: MalformedStream) {
        malformed.expect(.trailingBytes)
    }

    @Test(arguments: [
        MalformedStream("a message of 8 GiB", hex("fb 02 00 00 00 00")),
        MalformedStream("a message of 16 MiB and a byte", hex("fc 01 00 00 01")),
        MalformedStream("a message beyond all bounds", hex("f8 ff ff ff ff ff ff ff ff")),
        MalformedStream(
            "slices in each other",
            Define.listOfItself
                + message(hex("ff82 00") + [UInt8](repeating: 1, count: 100_000) + [0])
        ),
        MalformedStream(
            "arrays in each other",
            Define.arrayOfItself
                + message(hex("ff82 00") + [UInt8](repeating: 1, count: 100_000))
        ),
        MalformedStream(
            "maps in each other",
            Define.mapOfItself
                + message(hex("ff82 00") + (0..<100_000).flatMap { _ in hex("01 02") } + [0])
        ),
        MalformedStream(
            "slices of two types in each other",
            Define.ring + message(hex("ff82 00") + [UInt8](repeating: 1, count: 100_000) + [0])
        ),
        MalformedStream(
            "structs in each other",
            Define.structOfItself
                + message(hex("ff82") + [UInt8](repeating: 1, count: 100_000))
        ),
        MalformedStream(
            "slices in interfaces in each other",
            Define.listOfAnything
                + message(hex("ff82 00") + (0..<1000).flatMap { _ in hex("01 01 78 ff82 02 00") })
        ),
        MalformedStream(
            "a million values",
            Define.listOfInts
                + message(hex("ff82 00 fd 0f4240") + [UInt8](repeating: 2, count: 1_000_000))
        ),
        MalformedStream(
            "a long name",
            message(
                hex("10 00") + text(String(repeating: "n", count: 1025))
                    + hex("04 02 00 06")
            )
        ),
        MalformedStream(
            "many types",
            (64..<1100).flatMap { id in
                message(unsigned(id << 1 - 1) + hex("05 01 02 04 00 00 00"))
            }
        ),
        MalformedStream(
            "a struct of very many fields",
            message(
                hex("ff81 03 01 02 ff82 00 01 fd 030d40")
                    + (100_000..<300_000).flatMap { [1] + text("\($0)") + hex("01 04 00") }
                    + hex("00 00")
            )
        ),
        MalformedStream(
            "long types",
            (64..<90).flatMap { id in
                message(
                    unsigned(id << 1 - 1) + hex("05 01 01")
                        + text(String(repeating: "n", count: 50_000))
                        + hex("00 00 00")
                )
            }
        ),
    ])
    func `refuses more than its limits`(malformed: MalformedStream) {
        malformed.expect(.limitExceeded)
    }

    @Test func `counts all messages of a value towards its limit`() {
        var limits = GobLimits.standard
        limits.maximumLength = 60
        let spec = Reading(of: [KnownStreams.goFlatSpec], limits: limits)
        #expect(spec.error?.code == .limitExceeded)
        let value = message(hex("0c 00") + text(String(repeating: "a", count: 50)))
        #expect(Reading(of: [value + value + value], limits: limits).values.count == 3)
    }

    @Test(arguments: [
        MalformedStream("nothing", []),
        MalformedStream("a definition alone", Define.point),
        MalformedStream("half a message", hex("05 04 00")),
        MalformedStream("half a length", hex("fe 01")),
    ])
    func `refuses a stream without its value`(malformed: MalformedStream) {
        #expect { try GobDecoder.value(of: malformed.stream) } throws: {
            ($0 as? GobError)?.code == .unexpectedEnd
        }
    }

    @Test func `refuses a second value where there should be one`() {
        #expect { try GobDecoder.value(of: hex("03 04 00 06 03 04 00 06")) } throws: {
            ($0 as? GobError)?.code == .trailingBytes
        }
    }
}
