import Configuration
import HCLSpecification
import TestSupport
import Testing

/// Specifications in protobuf.
@Suite struct SpecificationProtobufTests {
    /// One required string `name`, as `protoc` writes it.
    private static let name = [UInt8](
        hexadecimal: """
            0a24 0a22 0a04 6e616d65 121a 1218 0a04 6e616d65 120e 0a0c 0a0a 6374792e537472696e67 1801
            """
    )

    private static func read(_ hexadecimal: String) throws -> HCLSpecification {
        try HCLSpecification(protobuf: [UInt8](hexadecimal: hexadecimal))
    }

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

    /// A specification of one entry.
    private static func object(_ key: String, _ spec: [UInt8]) -> [UInt8] {
        field(1, field(1, field(1, Array(key.utf8)) + field(2, spec)))
    }

    private static func attribute(_ name: String, _ type: [UInt8]) -> [UInt8] {
        field(2, field(1, Array(name.utf8)) + field(2, type))
    }

    @Test func `writes an attribute byte for byte`() throws {
        let spec = try HCLSpecification(.attribute("name", .string, isRequired: true))
        #expect(try spec.protobuf() == Self.name)
        #expect(try HCLSpecification(protobuf: Self.name) == spec)
        #expect(try HCLSpecification().protobuf() == [0x0A, 0])
        #expect(try Self.read("0a00") == HCLSpecification())
    }

    @Test func `takes fields in any order and passes over those it does not know`() throws {
        let attribute = try HCLSpecification(.attribute("a", .string, isRequired: true))
        let unknown: [UInt8] =
            [0x78, 0x96, 0x01] + [0x79, 1, 2, 3, 4, 5, 6, 7, 8] + [0x7D, 1, 2, 3, 4]
            + [0x7A, 2, 0xFF, 0xFF] + [0x7B, 0x78, 1, 0x0B, 0x0C, 0x7C]
        let inner = unknown + [0x18, 1] + Self.field(2, Self.string + unknown)
        let spec = Self.field(2, inner + Self.field(1, Array("a".utf8)))
        let entry = Self.field(2, spec + unknown) + unknown + Self.field(1, Array("a".utf8))
        let bytes = unknown + Self.field(1, unknown + Self.field(1, entry))
        #expect(try HCLSpecification(protobuf: bytes) == attribute)
    }

    @Test func `passes over fields of another wire type`() throws {
        let bytes = [0x08, 1] + Self.name + [0x15, 1, 2, 3, 4]
        #expect(try HCLSpecification(protobuf: bytes) == HCLSpecification(protobuf: Self.name))
    }

    @Test func `lets the last of two values win and puts messages together`() throws {
        let text = Self.attribute("old", Self.string) + Self.attribute("new", [])
        #expect(
            try HCLSpecification(protobuf: Self.object("k", text))
                == HCLSpecification([.init(.attribute("new", .string), key: "k")])
        )
        let list = Self.field(2, Self.field(1, Self.string))
        let types = Self.attribute("a", Self.string + list)
        #expect(
            try HCLSpecification(protobuf: Self.object("a", types))
                == HCLSpecification(.attribute("a", .list(.string)))
        )
        // Two entries of one key are one, the last.
        let twice =
            Self.object("a", Self.attribute("a", Self.string))
            + Self.object("a", Self.attribute("a", list))
            + Self.object("b", Self.attribute("b", Self.string))
        #expect(
            try HCLSpecification(protobuf: twice)
                == HCLSpecification(.attribute("a", .list(.string)), .attribute("b", .string))
        )
        // A block replaces an attribute in the same place.
        let either = Self.attribute("a", Self.string) + Self.field(3, Self.field(3, [0x0A, 0]))
        #expect(
            try HCLSpecification(protobuf: Self.object("a", either))
                == HCLSpecification([.init(.block("", HCLSpecification()), key: "a")])
        )
    }

    @Test func `takes a map's entry without key as one of the empty key`() throws {
        let entry = Self.field(2, Self.attribute("a", Self.string))
        #expect(
            try HCLSpecification(protobuf: Self.field(1, Self.field(1, entry)))
                == HCLSpecification([.init(.attribute("a", .string), key: "")])
        )
        let empty = Self.field(1, Self.field(1, Self.field(1, Array("a".utf8))))
        let error = #expect(throws: HCLSpecificationError.self) {
            try HCLSpecification(protobuf: empty)
        }
        #expect(error?.path.description == "a")
    }

    @Test(
        arguments: [
            "", "0a", "0a05", "0aff", "0affffffffffffffffff01", "0affffffffffffffffff7f",
            "80808080808080808080808000", "00", "0200", "06", "07", "0c", "0f", "0b", "0b0c0c",
            "0b14",
            "1200", "0d010203", "09010203", "08", "0880", "ffffffffffffffffff01", "8080808010 00",
            "0a 04 0a 02 0a c3", "0a 05 0a 03 0a 01 ff", "0a 02 0a 00", "0a 04 0a 02 12 00",
            "0a 06 0a 04 12 02 0a 00", "0a 06 0a 04 12 02 12 00", "0a 08 0a 06 12 04 12 02 12 00",
            "0a 0e 0a 0c 12 0a 12 08 12 06 0a 04 0a 02 3f3f",
        ]
    )
    func `refuses what is no specification`(bytes: String) {
        let error = #expect(throws: HCLSpecificationError.self) { try Self.read(bytes) }
        #expect(error.map { "\($0)".contains($0.code.remedy) } == true)
    }

    @Test func `bounds how deep messages stand in one another`() {
        var spec: [UInt8] = [0x0A, 0]
        for _ in 0..<40 {
            spec = Self.object(
                "b",
                Self.field(3, Self.field(1, Array("b".utf8)) + Self.field(3, spec))
            )
        }
        var type = Self.string
        for _ in 0..<10_000 { type = Self.field(2, Self.field(1, type)) }
        let group = Array(repeating: UInt8(0x7B), count: 10_000)
        for bytes in [spec, Self.object("a", Self.attribute("a", type)), group] {
            let error = #expect(throws: HCLSpecificationError.self) {
                try HCLSpecification(protobuf: bytes)
            }
            #expect(error?.code == .limitExceeded)
        }
    }

    /// A copy for each would take minutes.
    @Test(.timeLimit(.minutes(1)))
    func `reads many parts of one message in linear time`() throws {
        var bytes: [UInt8] = []
        for number in 0..<30_000 {
            let name = "a\(number)"
            bytes += Self.object(name, Self.attribute(name, Self.string))
        }
        #expect(try HCLSpecification(protobuf: bytes).entries.count == 30_000)
        let many = Self.object("a", Self.attribute("a", Self.string)) + bytes + bytes + bytes
        let error = #expect(throws: HCLSpecificationError.self) {
            try HCLSpecification(protobuf: many)
        }
        #expect(error?.code == .limitExceeded)
    }

    @Test func `says what protobuf has no place for`() throws {
        let inner = try HCLSpecification(.attribute("s", .set(.string)))
        let limited = HCLSpecification.Element.blockList("l", try HCLSpecification(), maximum: 2)
        for (element, place) in [
            (.block("b", inner), "b.s"), (limited, "l"), (.attribute("o", .tuple([])), "o"),
            (.attribute("d", .list(.dynamic)), "d"),
        ] as [(HCLSpecification.Element, String)] {
            let error = #expect(throws: HCLSpecificationError.self) {
                try HCLSpecification(element).checkExpressibleInProtobuf()
            }
            #expect(error?.code == .unsupported)
            #expect(error?.path.description == place)
        }
    }

    @Test func `writes what it reads of any specification`() throws {
        var generator = SplitMix()
        let seed = generator.state
        for _ in 0..<(100 * thoroughness) {
            let spec = try HCLSpecification.random(depth: 4, [], limits: false, using: &generator)
            let bytes = try spec.protobuf()
            #expect(try HCLSpecification(protobuf: bytes) == spec, "seed \(seed)")
            _ = try? HCLSpecification(protobuf: bytes.damaged(using: &generator))
        }
    }
}
