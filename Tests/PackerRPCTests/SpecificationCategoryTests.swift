import HCLSpecification
import Testing

/// RELIABILITY's row C6: what a specification in protobuf may be.
@Suite struct SpecificationCategoryTests {
    /// A field of wire type 2.
    private static func field(_ number: UInt8, _ content: [UInt8]) -> [UInt8] {
        var length: [UInt8] = []
        var rest = content.count
        while rest >= 0x80 {
            length.append(UInt8(rest & 0x7F | 0x80))
            rest >>= 7
        }
        return [number << 3 | 2] + length + [UInt8(rest)] + content
    }

    private static let string = field(1, field(1, Array("cty.String".utf8)))

    private static func object(_ spec: [UInt8]) -> [UInt8] {
        field(1, field(1, field(1, [0x61]) + field(2, spec)))
    }

    private static let attribute = field(1, [0x61]) + field(2, string)
    private static let whole = object(field(2, attribute))

    private static let taken: [(category: String, bytes: [UInt8])] = [
        ("as protoc writes it", whole),
        (
            "unknown fields of every wire type",
            [0x78, 1, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x7A, 1, 9, 0x7D, 1, 2, 3, 4] + whole
        ),
        ("an unknown field that is packed", [0x7A, 3, 1, 2, 3] + whole),
        ("the same unpacked", [0x78, 1, 0x78, 2, 0x78, 3] + whole),
        ("a known field of another wire type", [0x08, 1] + whole),
        ("a group of proto2", [0x7B, 0x08, 1, 0x7C] + whole),
        ("a oneof that is repeated", object(field(3, field(3, [0x0A, 0])) + field(2, attribute))),
        ("a number with more bytes than it needs", [0x78, 0x81, 0x80, 0x00] + whole),
    ]

    @Test(arguments: taken.map(\.category))
    func `C6: takes it`(category: String) throws {
        let row = try #require(Self.taken.first { $0.category == category })
        let specification = try HCLSpecification(protobuf: row.bytes)
        #expect(specification == (try HCLSpecification(.attribute("a", .string))))
    }

    private static func nested(_ count: Int) -> [UInt8] {
        var type = string
        for _ in 0..<count { type = field(2, field(1, type)) }
        return object(field(2, field(1, [0x61]) + field(2, type)))
    }

    private static let refused: [(category: String, bytes: [UInt8])] = [
        ("empty", []), ("a number of eleven bytes", Array(repeating: 0xFF, count: 10) + [1]),
        ("a number of ten bytes that is too large", [0x78] + Array(repeating: 0xFF, count: 10)),
        ("a length beyond the end", [0x0A, 0x7F]),
        ("a length of 64 bits", [0x0A] + Array(repeating: 0xFF, count: 9) + [1]),
        ("field number 0", [0x02, 0]), ("wire type 6", [0x0E]), ("wire type 7", [0x0F]),
        ("the end of a group that did not begin", [0x0C]), ("a group without its end", [0x0B]),
        ("ten thousand types in one another", nested(10_000)),
        ("ten thousand groups", Array(repeating: 0x7B, count: 10_000)),
        ("a text that is not UTF-8", object(field(2, field(1, [0xFF]) + field(2, string)))),
        ("a type that does not exist", object(field(2, field(2, field(1, field(1, [0x3F])))))),
        ("a root that is no object", field(2, attribute)),
    ]

    @Test(arguments: refused.map(\.category))
    func `C6: refuses it with words`(category: String) throws {
        let row = try #require(Self.refused.first { $0.category == category })
        let error = #expect(throws: HCLSpecificationError.self) {
            try HCLSpecification(protobuf: row.bytes)
        }
        #expect(error?.description.isEmpty == false)
    }

    @Test(arguments: 0..<whole.count)
    func `C6: refuses what is cut off anywhere`(length: Int) {
        #expect(throws: HCLSpecificationError.self) {
            try HCLSpecification(protobuf: Array(Self.whole.prefix(length)))
        }
    }
}
