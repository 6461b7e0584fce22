import Gob
import Testing

/// The examples in the documentation of Go's `encoding/gob`.
@Suite struct PrimitiveTests {
    private static let point = GobTypeID(65)

    private static func pointTypes() throws -> GobTypes {
        var types = GobTypes()
        let fields: [GobTypeDefinition.Field] = [.init("X", .int), .init("Y", .int)]
        try types.define(point, as: .structure(name: "Point", fields: fields))
        return types
    }

    private static let pointStream = hex(
        """
        1f ff 81 03 01 01 05 50 6f 69 6e 74 01 ff 82 00
        01 02 01 01 58 01 04 00 01 01 59 01 04 00 00 00
        07 ff 82 01 2c 01 42 00
        """
    )

    private static let pointValue = GobValue.structure(
        GobStructure([.init("X", .int(22)), .init("Y", .int(33))])
    )

    @Test func `reads and writes the point of Go's documentation`() throws {
        #expect(try GobDecoder.value(of: Self.pointStream) == Self.pointValue)
        var encoder = GobEncoder(types: try Self.pointTypes())
        #expect(try encoder.encode(Self.pointValue, as: Self.point) == Self.pointStream)
    }

    @Test func `defines a type only once`() throws {
        var encoder = GobEncoder(types: try Self.pointTypes())
        _ = try encoder.encode(Self.pointValue, as: Self.point)
        let second = try encoder.encode(Self.pointValue, as: Self.point)
        #expect(second == hex("07 ff 82 01 2c 01 42 00"))
        var decoder = GobDecoder()
        decoder.append(Self.pointStream + second)
        #expect(try decoder.next() == Self.pointValue)
        #expect(try decoder.next() == Self.pointValue)
        #expect(try decoder.next() == nil)
        try decoder.finish()
        #expect(decoder.types == (try Self.pointTypes()))
    }

    /// A value of one of Go's own types, alone in a stream.
    private static let alone: [(value: GobValue, type: GobTypeID, stream: String)] = [
        (.int(3), .int, "03 04 00 06"),
        (.int(-129), .int, "05 04 00 fe 01 01"),
        (.int(0), .int, "03 04 00 00"),
        (.int(.max), .int, "0b 04 00 f8 ff ff ff ff ff ff ff fe"),
        (.int(.min), .int, "0b 04 00 f8 ff ff ff ff ff ff ff ff"),
        (.uint(0), .uint, "03 06 00 00"),
        (.uint(7), .uint, "03 06 00 07"),
        (.uint(127), .uint, "03 06 00 7f"),
        (.uint(128), .uint, "04 06 00 ff 80"),
        (.uint(256), .uint, "05 06 00 fe 01 00"),
        (.uint(.max), .uint, "0b 06 00 f8 ff ff ff ff ff ff ff ff"),
        (.float(17), .float, "05 08 00 fe 31 40"),
        (.float(0), .float, "03 08 00 00"),
        (.bool(true), .bool, "03 02 00 01"),
        (.bool(false), .bool, "03 02 00 00"),
        (.bytes([0, 255]), .bytes, "05 0a 00 02 00 ff"),
        (.string("hé"), .string, "06 0c 00 03 68 c3 a9"),
        (.string(""), .string, "03 0c 00 00"),
        (.complex(real: 17, imaginary: 0), .complex, "06 0e 00 fe 31 40 00"),
        (.interface(nil), .interface, "03 10 00 00"),
        (
            .interface(GobInterface("int", .int, .int(3))), .interface,
            "0a 10 00 03 69 6e 74 04 02 00 06"
        ),
    ]

    @Test(arguments: alone.indices)
    func `reads and writes a value of a type of Go's own`(index: Int) throws {
        let (value, type, stream) = Self.alone[index]
        #expect(try GobDecoder.value(of: hex(stream)) == value)
        #expect(try GobEncoder.stream(of: value, as: type, types: GobTypes()) == hex(stream))
    }

    @Test(arguments: ["06 06 00 fd 00 00 07", "0b 06 00 f8 00 00 00 00 00 00 00 07"])
    func `takes a number that is longer than it need be, as Go does`(stream: String) throws {
        #expect(try GobDecoder.value(of: hex(stream)) == .uint(7))
    }

    @Test func `leaves out the fields of a struct that are zero`() throws {
        let value = GobValue.structure(GobStructure([.init("Y", .int(33)), .init("X", .int(0))]))
        let stream = try GobEncoder.stream(
            of: value,
            as: Self.point,
            types: try Self.pointTypes()
        )
        #expect(stream.suffix(6) == hex("05 ff 82 02 42 00"))
        let read = try GobDecoder.value(of: stream).structure
        #expect(try read.int("X") == 0)
        #expect(try read.int("Y") == 33)
        #expect(read["X"] == nil)
    }
}
