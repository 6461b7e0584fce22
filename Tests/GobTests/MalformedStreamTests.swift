import Gob
import Testing

/// Streams that no honest peer sends, each with what is found in it.
@Suite struct MalformedStreamTests {
    /// Definitions to build on, as messages.
    private enum Define {
        static let listOfInts = message(hex("ff81 02 01 02 ff82 00 01 04 00 00"))
        static let listOfAnything = message(hex("ff81 02 01 02 ff82 00 01 10 00 00"))
        static let mapOfInts = message(hex("ff81 04 01 02 ff82 00 01 04 01 04 00 00"))
        static let arrayOfTwo = message(hex("ff81 01 01 02 ff82 00 01 04 01 04 00 00"))
        static let point = message(
            hex("ff81 03 01 01 01 50 01 ff82 00 01 02 01 01 58 01 04 00 01 01 59 01 04 00 00 00")
        )
        static let listOfItself = message(hex("ff81 02 01 02 ff82 00 01 ff82 00 00"))
        static let arrayOfItself = message(hex("ff81 01 01 02 ff82 00 01 ff82 01 02 00 00"))
        static let structOfItself = message(
            hex("ff81 03 01 02 ff82 00 01 01 01 01 46 01 ff82 00 00 00")
        )
        static let opaque = message(hex("ff81 05 01 02 ff82 00 00 00"))
        static let listOfUndefined = message(hex("ff81 02 01 02 ff82 00 01 ff90 00 00"))
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let stream: [UInt8]
        var limits = GobLimits.standard
        var testDescription: String { name }

        init(_ name: String, _ stream: [UInt8], limits: GobLimits = .standard) {
            self.name = name
            self.stream = stream
            self.limits = limits
        }
    }

    private func expect(_ code: GobError.Code, _ malformed: Case) {
        let whole = Reading(of: [malformed.stream], limits: malformed.limits)
        #expect(whole.error?.code == code)
        #expect(whole.values.isEmpty)
        let offset = whole.error?.offset ?? -1
        #expect((0...malformed.stream.count).contains(offset))
        let pieces = malformed.stream.pieces(of: malformed.stream.count > 10_000 ? 1000 : 1)
        #expect(Reading(of: pieces, limits: malformed.limits) == whole)
    }

    @Test(arguments: [
        Case("a length of 9 bytes", hex("f7 00 00 00 00 00 00 00 00 00")),
        Case("a length of 128 bytes", hex("80")),
        Case("a number of 9 bytes", message(hex("04 00 f7 00 00 00 00 00 00 00 00 00"))),
        Case("type 0", message(hex("00 00 00"))),
        Case("a type beyond 32 bits", message(hex("fb 02 00 00 00 00 00 00"))),
        Case("the lowest type of all", message(hex("fc ff ff ff ff 00 00"))),
        Case(
            "a definition of type 0 in an interface",
            Define.listOfAnything
                + message(hex("ff82 00 01 01 78 00 00"))
        ),
    ])
    func `refuses a number that cannot be one`(malformed: Case) {
        expect(.malformedInteger, malformed)
    }

    @Test(arguments: [
        Case("a string", message(hex("0c 00 02 c3 28"))),
        Case("a lone surrogate", message(hex("0c 00 03 ed a0 80"))),
        Case("a type's name", message(hex("ff81 02 01 01 01 ff 01 ff82 00 01 04 00 00"))),
        Case("a field's name", message(hex("ff81 03 01 02 ff82 00 01 01 01 01 ff 01 04 00 00 00"))),
        Case("an interface's name", message(hex("10 00 01 ff 04 02 00 06"))),
    ])
    func `refuses text that is not UTF-8`(malformed: Case) { expect(.malformedText, malformed) }

    @Test(arguments: [
        Case("nothing", message(hex("ff81 00"))),
        Case("two things", message(hex("ff81 02 01 02 ff82 00 01 04 00 01 00 00"))),
        Case("a slice of nothing", message(hex("ff81 02 01 02 ff82 00 00 00"))),
        Case("a slice of a definition", message(hex("ff81 02 01 02 ff82 00 01 ff81 00 00"))),
        Case("a map without keys", message(hex("ff81 04 01 02 ff82 00 02 04 00 00"))),
        Case("a map without elements", message(hex("ff81 04 01 02 ff82 00 01 04 00 00"))),
        Case(
            "an array of a negative length",
            message(hex("ff81 01 01 02 ff82 00 01 04 01 01 00 00"))
        ),
        Case("an array of nothing", message(hex("ff81 01 01 02 ff82 00 02 04 00 00"))),
        Case("a field without a name", message(hex("ff81 03 01 02 ff82 00 01 01 02 04 00 00 00"))),
        Case(
            "a field without a type",
            message(hex("ff81 03 01 02 ff82 00 01 01 01 01 58 00 00 00"))
        ),
        Case(
            "a field twice",
            message(hex("ff81 03 01 02 ff82 00 01 02 01 01 58 01 04 00 01 01 58 01 04 00 00 00"))
        ),
        Case("an interface in an interface", message(hex("10 00 01 78 10 02 00 00"))),
        Case(
            "an endless chain of interfaces",
            message(hex("10 00") + (0..<1000).flatMap { _ in hex("01 78 10 01 00") })
        ),
    ])
    func `refuses a definition that Go cannot have written`(malformed: Case) {
        expect(.malformedDefinition, malformed)
    }

    @Test(arguments: [
        Case("at once", Define.point + Define.point),
        Case("as something else", Define.point + Define.opaque),
        Case("Go's int", message(hex("03 02 01 02 04 00 01 04 00 00"))),
        Case("Go's last own number", message(hex("7d 02 01 02 7e 00 01 04 00 00"))),
        Case(
            "inside an interface value",
            Define.listOfAnything
                + message(hex("ff82 00 01 01 78 ff81 05 01 02 ff82 00 00 00 04 ff82 02 00 00"))
        ),
    ])
    func `refuses to define a type twice`(malformed: Case) { expect(.duplicateType, malformed) }

    @Test(arguments: [
        Case("alone", message(hex("ff82 00"))),
        Case("an element", Define.listOfUndefined + message(hex("ff82 00 01 00"))),
        Case("in an interface", message(hex("10 00 01 78 ff82 02 00 00"))),
        Case("Go's own wireType", message(hex("20 00 00"))),
        Case("a gap in Go's own numbers", message(hex("12 00 00"))),
    ])
    func `refuses a value of an undefined type`(malformed: Case) {
        expect(.undefinedType, malformed)
    }

    @Test(arguments: [
        Case("one too far", Define.point + message(hex("ff82 03 04 00"))),
        Case("beyond all bounds", Define.point + message(hex("ff82 f8 ffffffffffffffff 04 00"))),
        Case("behind the last", Define.point + message(hex("ff82 02 04 01 04 00"))),
        Case("of a definition", message(hex("ff81 08 01 02 ff82 00 00 00"))),
        Case("of a definition's name", message(hex("ff81 05 01 03 04 00 00 00"))),
        Case("in place of a zero", message(hex("04 01 06"))),
        Case("in place of an interface's zero", message(hex("10 00 01 78 04 02 01 06"))),
        Case("behind a definition's name", message(hex("ff81 05 01 02 ff82 00 01 00 00"))),
    ])
    func `refuses a field that its struct does not have`(malformed: Case) {
        expect(.undefinedField, malformed)
    }

    @Test(arguments: [
        Case("a string", message(hex("0c 00 05 61"))),
        Case("a string beyond all bounds", message(hex("0c 00 f8 ffffffffffffffff"))),
        Case("a string of the largest int", message(hex("0c 00 f8 7fffffffffffffff 61"))),
        Case("bytes", message(hex("0a 00 fc 7fffffff 61"))),
        Case("an opaque value", Define.opaque + message(hex("ff82 00 02 61"))),
        Case("an interface's name", message(hex("10 00 7f 78"))),
        Case("an interface's value", message(hex("10 00 01 78 04 7f 00 06"))),
        Case(
            "an interface's value, beyond all bounds",
            message(hex("10 00 01 78 04 f8 ffffffffffffffff 00 06"))
        ),
        Case(
            "a slice beyond all bounds",
            Define.listOfInts + message(hex("ff82 00 f8 ffffffffffffffff"))
        ),
        Case(
            "a map beyond all bounds",
            Define.mapOfInts + message(hex("ff82 00 f8 8000000000000000"))
        ),
        Case("an array", Define.arrayOfTwo + message(hex("ff82 00 03 02 02 02"))),
        Case(
            "fields beyond all bounds",
            message(hex("ff81 03 01 02 ff82 00 01 f8 ffffffffffffffff"))
        ),
    ])
    func `refuses a length that does not agree with what follows`(malformed: Case) {
        expect(.lengthMismatch, malformed)
    }

    @Test(arguments: [
        Case("an empty message", hex("00")),
        Case("an empty message behind a definition", Define.point + hex("00")),
        Case("in a number", message(hex("04 00 fe 01"))),
        Case("before a number", message(hex("04 00"))),
        Case("behind a type", message(hex("04"))),
        Case("in a type", message(hex("ff"))),
        Case("in a struct", Define.point + message(hex("ff82 01 04"))),
        Case("in a slice", Define.listOfInts + message(hex("ff82 00 04 02 02 02"))),
        Case(
            "in a huge slice",
            Define.listOfInts + message(hex("ff82 00 f8 7fffffffffffffff 02 02"))
        ),
        Case("in a huge map", Define.mapOfInts + message(hex("ff82 00 fc ffffffff 02 02 04"))),
        Case(
            "in a slice of interfaces",
            Define.listOfAnything + message(hex("ff82 00 fc ffffffff 00 00"))
        ),
        Case("in a complex number", message(hex("0e 00 00"))),
        Case("in a definition", message(hex("ff81 03 01 02"))),
        Case(
            "in a definition's huge fields",
            message(hex("ff81 03 01 02 ff82 00 01 fc ffffffff 01 01 58 01 04 00"))
        ),
        Case("behind an interface's name", message(hex("10 00 01 78")) + message(hex("04"))),
    ])
    func `refuses a message that ends too early`(malformed: Case) {
        expect(.truncatedMessage, malformed)
    }

    @Test(arguments: [
        Case("an int", message(hex("04 00 06 00"))),
        Case("a struct", Define.point + message(hex("ff82 01 02 00 00"))),
        Case("a slice", Define.listOfInts + message(hex("ff82 00 01 02 02"))),
        Case("an interface", message(hex("10 00 01 78 04 02 00 06 07"))),
        Case("a definition", message(hex("ff81 05 01 02 ff82 00 00 00 01 ff82 00 00"))),
    ])
    func `refuses a message that goes on behind its value`(malformed: Case) {
        expect(.trailingBytes, malformed)
    }

    @Test(arguments: [
        Case("a number", Define.mapOfInts + message(hex("ff82 00 02 02 02 02 04"))),
        Case(
            "in two spellings",
            Define.mapOfInts + message(hex("ff82 00 02 02 02 ff 02 04"))
        ),
    ])
    func `refuses a map that has a key twice`(malformed: Case) { expect(.duplicateKey, malformed) }

    @Test(arguments: [
        Case("a message of 8 GiB", hex("fb 02 00 00 00 00")),
        Case("a message of 16 MiB and a byte", hex("fc 01 00 00 01")),
        Case("a message beyond all bounds", hex("f8 ff ff ff ff ff ff ff ff")),
        Case(
            "slices in each other",
            Define.listOfItself
                + message(hex("ff82 00") + [UInt8](repeating: 1, count: 100_000) + [0])
        ),
        Case(
            "arrays in each other",
            Define.arrayOfItself
                + message(hex("ff82 00") + [UInt8](repeating: 1, count: 100_000))
        ),
        Case(
            "structs in each other",
            Define.structOfItself
                + message(hex("ff82") + [UInt8](repeating: 1, count: 100_000))
        ),
        Case(
            "slices in interfaces in each other",
            Define.listOfAnything
                + message(hex("ff82 00") + (0..<1000).flatMap { _ in hex("01 01 78 ff82 02 00") })
        ),
        Case(
            "a million values",
            Define.listOfInts
                + message(hex("ff82 00 fd 0f4240") + [UInt8](repeating: 2, count: 1_000_000))
        ),
        Case(
            "a long name",
            message(
                hex("10 00") + text(String(repeating: "n", count: 1025))
                    + hex("04 02 00 06")
            )
        ),
        Case(
            "many types",
            (64..<1100).flatMap { id in
                message(unsigned(id << 1 - 1) + hex("05 01 02 04 00 00 00"))
            }
        ),
        Case(
            "a struct of very many fields",
            message(
                hex("ff81 03 01 02 ff82 00 01 fd 030d40")
                    + (100_000..<300_000).flatMap { [1] + text("\($0)") + hex("01 04 00") }
                    + hex("00 00")
            )
        ),
        Case(
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
    func `refuses more than its limits`(malformed: Case) { expect(.limitExceeded, malformed) }

    @Test func `counts all messages of a value towards its limit`() {
        var limits = GobLimits.standard
        limits.maximumLength = 60
        let spec = Reading(of: [KnownStreams.goFlatSpec], limits: limits)
        #expect(spec.error?.code == .limitExceeded)
        let value = message(hex("0c 00") + text(String(repeating: "a", count: 50)))
        #expect(Reading(of: [value + value + value], limits: limits).values.count == 3)
    }

    @Test(arguments: [
        Case("nothing", []),
        Case("a definition alone", Define.point),
        Case("half a message", hex("05 04 00")),
        Case("half a length", hex("fe 01")),
    ])
    func `refuses a stream without its value`(malformed: Case) {
        #expect { try GobDecoder.value(of: malformed.stream) } throws: {
            ($0 as? GobError)?.code == .unexpectedEnd
        }
    }

    @Test func `refuses a second value where there should be one`() {
        #expect { try GobDecoder.value(of: hex("03 04 00 06 03 04 00 06")) } throws: {
            ($0 as? GobError)?.code == .trailingBytes
        }
    }

    @Test func `stays broken once it is broken`() throws {
        var decoder = GobDecoder()
        decoder.append(hex("00"))
        #expect(throws: GobError.self) { try decoder.next() }
        decoder.append(hex("03 04 00 06"))
        #expect(throws: GobError.self) { try decoder.next() }
        #expect(throws: GobError.self) { try decoder.finish() }
    }
}
