import Gob
import Testing

/// Streams that no honest peer sends, each with what is found in it.
@Suite struct MalformedStreamTests {
    @Test(arguments: [
        MalformedStream("a length of 9 bytes", hex("f7 00 00 00 00 00 00 00 00 00")),
        MalformedStream("a length of 128 bytes", hex("80")),
        MalformedStream("a number of 9 bytes", message(hex("04 00 f7 00 00 00 00 00 00 00 00 00"))),
        MalformedStream("type 0", message(hex("00 00 00"))),
        MalformedStream("a type beyond 32 bits", message(hex("fb 02 00 00 00 00 00 00"))),
        MalformedStream("the lowest type of all", message(hex("fc ff ff ff ff 00 00"))),
        MalformedStream(
            "a definition of type 0 in an interface",
            Define.listOfAnything
                + message(hex("ff82 00 01 01 78 00 00"))
        ),
    ])
    func `refuses a number that cannot be one`(malformed: MalformedStream) {
        malformed.expect(.malformedInteger)
    }

    @Test(arguments: [
        MalformedStream("a string", message(hex("0c 00 02 c3 28"))),
        MalformedStream("a lone surrogate", message(hex("0c 00 03 ed a0 80"))),
        MalformedStream(
            "a type's name",
            message(hex("ff81 02 01 01 01 ff 01 ff82 00 01 04 00 00"))
        ),
        MalformedStream(
            "a field's name",
            message(hex("ff81 03 01 02 ff82 00 01 01 01 01 ff 01 04 00 00 00"))
        ),
        MalformedStream("an interface's name", message(hex("10 00 01 ff 04 02 00 06"))),
    ])
    func `refuses text that is not UTF-8`(malformed: MalformedStream) {
        malformed.expect(.malformedText)
    }

    @Test(arguments: [
        MalformedStream("nothing", message(hex("ff81 00"))),
        MalformedStream("two things", message(hex("ff81 02 01 02 ff82 00 01 04 00 01 00 00"))),
        MalformedStream("a slice of nothing", message(hex("ff81 02 01 02 ff82 00 00 00"))),
        MalformedStream(
            "a slice of a definition",
            message(hex("ff81 02 01 02 ff82 00 01 ff81 00 00"))
        ),
        MalformedStream("a map without keys", message(hex("ff81 04 01 02 ff82 00 02 04 00 00"))),
        MalformedStream(
            "a map without elements",
            message(hex("ff81 04 01 02 ff82 00 01 04 00 00"))
        ),
        MalformedStream(
            "an array of a negative length",
            message(hex("ff81 01 01 02 ff82 00 01 04 01 01 00 00"))
        ),
        MalformedStream("an array of nothing", message(hex("ff81 01 01 02 ff82 00 02 04 00 00"))),
        MalformedStream(
            "a field without a name",
            message(hex("ff81 03 01 02 ff82 00 01 01 02 04 00 00 00"))
        ),
        MalformedStream(
            "a field without a type",
            message(hex("ff81 03 01 02 ff82 00 01 01 01 01 58 00 00 00"))
        ),
        MalformedStream(
            "a field twice",
            message(hex("ff81 03 01 02 ff82 00 01 02 01 01 58 01 04 00 01 01 58 01 04 00 00 00"))
        ),
        MalformedStream("an interface in an interface", message(hex("10 00 01 78 10 02 00 00"))),
        MalformedStream(
            "an endless chain of interfaces",
            message(hex("10 00") + (0..<1000).flatMap { _ in hex("01 78 10 01 00") })
        ),
    ])
    func `refuses a definition that Go cannot have written`(malformed: MalformedStream) {
        malformed.expect(.malformedDefinition)
    }

    @Test(arguments: [
        MalformedStream("at once", Define.point + Define.point),
        MalformedStream("as something else", Define.point + Define.opaque),
        MalformedStream("Go's int", message(hex("03 02 01 02 04 00 01 04 00 00"))),
        MalformedStream("Go's last own number", message(hex("7d 02 01 02 7e 00 01 04 00 00"))),
        MalformedStream(
            "inside an interface value",
            Define.listOfAnything
                + message(hex("ff82 00 01 01 78 ff81 05 01 02 ff82 00 00 00 04 ff82 02 00 00"))
        ),
    ])
    func `refuses to define a type twice`(malformed: MalformedStream) {
        malformed.expect(.duplicateType)
    }

    @Test(arguments: [
        MalformedStream("alone", message(hex("ff82 00"))),
        MalformedStream("an element", Define.listOfUndefined + message(hex("ff82 00 01 00"))),
        MalformedStream("in an interface", message(hex("10 00 01 78 ff82 02 00 00"))),
        MalformedStream("Go's own wireType", message(hex("20 00 00"))),
        MalformedStream("a gap in Go's own numbers", message(hex("12 00 00"))),
    ])
    func `refuses a value of an undefined type`(malformed: MalformedStream) {
        malformed.expect(.undefinedType)
    }

    @Test(arguments: [
        MalformedStream("one too far", Define.point + message(hex("ff82 03 04 00"))),
        MalformedStream(
            "beyond all bounds",
            Define.point + message(hex("ff82 f8 ffffffffffffffff 04 00"))
        ),
        MalformedStream("behind the last", Define.point + message(hex("ff82 02 04 01 04 00"))),
        MalformedStream("of a definition", message(hex("ff81 08 01 02 ff82 00 00 00"))),
        MalformedStream("of a definition's name", message(hex("ff81 05 01 03 04 00 00 00"))),
        MalformedStream("in place of a zero", message(hex("04 01 06"))),
        MalformedStream("in place of an interface's zero", message(hex("10 00 01 78 04 02 01 06"))),
        MalformedStream(
            "behind a definition's name",
            message(hex("ff81 05 01 02 ff82 00 01 00 00"))
        ),
    ])
    func `refuses a field that its struct does not have`(malformed: MalformedStream) {
        malformed.expect(.undefinedField)
    }

    @Test(arguments: [
        MalformedStream("a number", Define.mapOfInts + message(hex("ff82 00 02 02 02 02 04"))),
        MalformedStream(
            "in two spellings",
            Define.mapOfInts + message(hex("ff82 00 02 02 02 ff 02 04"))
        ),
    ])
    func `refuses a map that has a key twice`(malformed: MalformedStream) {
        malformed.expect(.duplicateKey)
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
