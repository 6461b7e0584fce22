import Gob
import Testing

/// What the encoder refuses, because no decoder would take it or mean it.
@Suite struct EncoderRefusalTests {
    private static let type = GobTypeID(65)

    private func expect(
        _ code: GobError.Code,
        _ value: GobValue,
        _ definition: GobTypeDefinition,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var types = GobTypes()
        try types.define(Self.type, as: definition)
        #expect(sourceLocation: sourceLocation) {
            try GobEncoder.stream(of: value, as: Self.type, types: types)
        } throws: {
            ($0 as? GobError)?.code == code
        }
    }

    @Test func `refuses a value of another type`() throws {
        let list = GobTypeDefinition.slice(name: "L", element: .int)
        try expect(.typeMismatch, .sequence([.string("1")]), list)
        try expect(.typeMismatch, .map([]), list)
        try expect(.typeMismatch, .sequence([.uint(1)]), list)
        try expect(.typeMismatch, .sequence([]), .opaque(name: "O"))
        try expect(.typeMismatch, .sequence([.int(1)]), .slice(name: "", element: GobTypeID(99)))
    }

    @Test func `refuses fields that the struct does not have or has twice`() throws {
        let point = GobTypeDefinition.structure(name: "P", fields: [.init("X", .int)])
        try expect(.typeMismatch, .structure(GobStructure([.init("Z", .int(1))])), point)
        let twice = GobStructure([.init("X", .int(1)), .init("X", .int(2))])
        try expect(.typeMismatch, .structure(twice), point)
    }

    @Test func `refuses what its own decoder would refuse`() throws {
        let map = GobTypeDefinition.map(name: "", key: .int, element: .int)
        let twice = GobValue.map([.init(.int(1), .int(1)), .init(.int(1), .int(2))])
        try expect(.duplicateKey, twice, map)
        let array = GobTypeDefinition.array(name: "A", element: .int, length: 2)
        try expect(.lengthMismatch, .sequence([.int(1)]), array)
        let any = GobTypeDefinition.slice(name: "", element: .interface)
        let nameless = GobInterface("", .int, .int(1))
        try expect(.malformedText, .sequence([.interface(nameless)]), any)
        let double = GobInterface("x", .interface, .interface(nil))
        try expect(.malformedDefinition, .sequence([.interface(double)]), any)
    }

    @Test func `refuses values nested too deep`() throws {
        let endless = GobTypeDefinition.slice(name: "L", element: Self.type)
        var value = GobValue.sequence([])
        for _ in 1..<64 { value = .sequence([value]) }
        var types = GobTypes()
        try types.define(Self.type, as: endless)
        let stream = try GobEncoder.stream(of: value, as: Self.type, types: types)
        #expect(try GobDecoder.value(of: stream) == value)
        try expect(.limitExceeded, .sequence([value]), endless)
    }

    @Test func `refuses to define a number twice or one of Go's own`() throws {
        var types = GobTypes()
        try types.define(Self.type, as: .opaque(name: "T"))
        #expect(throws: GobError.self) { try types.define(Self.type, as: .opaque(name: "T")) }
        #expect(throws: GobError.self) { try types.define(.int, as: .opaque(name: "T")) }
        #expect(throws: GobError.self) { try types.define(GobTypeID(-3), as: .opaque(name: "T")) }
    }

    @Test(arguments: GobError.Code.allCases)
    func `says what to do about every kind of fault`(code: GobError.Code) {
        #expect(code.remedy.count > 20)
        #expect(code.remedy.hasSuffix("."))
    }

    @Test func `says what failed, what was found and what to do`() {
        #expect {
            try GobDecoder.value(of: hex("03 10 00 05"))
        } throws: {
            "\($0)"
                == "gob stream, byte 3: 5 bytes are announced, but the message has only 0. "
                + "The bytes are damaged or not gob; check that the other side speaks gob here."
        }
    }

    @Test func `shows nothing of a peer's name that a terminal would obey`() {
        let definition = message(
            hex("ff81 01 01 01") + text("\u{1B}[2J" + String(repeating: "n", count: 500))
                + hex("01 ff82 00 01 04 01 04 00 00")
        )
        #expect {
            try GobDecoder.value(of: definition + message(hex("ff82 00 03")))
        } throws: {
            "\($0)".contains("\\u{1B}") && "\($0)".utf8.count < 300
        }
    }
}
