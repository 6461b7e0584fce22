import Gob
import Configuration
import HCLSpecification
import MessagePack
import TestSupport
import Testing

/// Values in gob and MessagePack.
@Suite struct CtyBinaryTests {
    private static let mixed = CtyValue.object([
        .init("b", .bool(true)), .init("l", .list(of: .string, [.string("x")])),
        .init("n", .number(5)), .init("s", .string("hello")),
    ])

    @Test func `writes a data source's value in MessagePack as Packer does`() throws {
        let type = try Self.mixed.type.json
        #expect(type.count == 0x47)
        let bytes = try Self.mixed.messagePack()
        let rest = "84 a162 c3 a16c 91 a178 a16e 05 a173 a568656c6c6f"
        #expect(bytes == [0x92, 0xC4, 0x47] + type + [UInt8](hexadecimal: rest))
        #expect(try CtyValue(messagePack: bytes) == Self.mixed)
    }

    @Test(
        arguments: [
            ("0", "00"), ("127", "7f"), ("128", "cc80"), ("-1", "ff"), ("-33", "d0df"),
            ("65536", "ce00010000"), ("9223372036854775807", "cf7fffffffffffffff"),
            ("0.5", "cb3fe0000000000000"), ("18446744073709551616", "cb43f0000000000000"),
            ("0.1", "a3302e31"),
            ("18446744073709551615", "b43138343436373434303733373039353531363135"),
        ]
    )
    func `writes a number as an integer, a double or text`(text: String, bytes: String) throws {
        let number = try #require(CtyNumber(text))
        #expect(try CtyValue.number(number).messagePack(as: .number).hexadecimal == bytes)
        let again = try CtyValue(messagePack: [UInt8](hexadecimal: bytes), as: .number)
        #expect(again == .number(number))
    }

    @Test func `reads an unknown value with or without what is known of it`() throws {
        #expect(try CtyValue(messagePack: [0xD4, 0, 0], as: .string) == .unknown(.string))
        let refined: [UInt8] = [0xC7, 3, 12, 0x81, 1, 0xC2]
        #expect(try CtyValue(messagePack: refined, as: .string) == .unknown(.string))
        #expect(try CtyValue.unknown(.string).messagePack(as: .string) == [0xD4, 0, 0])
    }

    @Test(
        arguments: [
            ("", CtyType.string), ("c0c0", .string), ("05", .string), ("a161", .number),
            ("cb7ff0000000000000", .number), ("90", .map(.string)), ("80", .list(.string)),
            ("9105", .list(.string)), ("820500", .map(.number)), ("82a16105a16106", .map(.number)),
            ("9205", .dynamic), ("91c0", .dynamic), ("92c4012205", .dynamic), ("a2c328", .string),
            ("dd7fffffff", .list(.bool)), ("91c3", .tuple([])), ("c41a", .string), ("c1", .bool),
        ]
    )
    func `refuses MessagePack that is no value of the type`(bytes: String, type: CtyType) {
        #expect(throws: HCLSpecificationError.self) {
            try CtyValue(messagePack: [UInt8](hexadecimal: bytes), as: type)
        }
    }

    @Test func `says which element is wrong`() {
        let error = #expect(throws: HCLSpecificationError.self) {
            try CtyValue(messagePack: [UInt8](hexadecimal: "81a16b92c3a0"), as: .map(.list(.bool)))
        }
        #expect(error?.path.description == "k[1]")
        #expect(throws: HCLSpecificationError.self) {
            try CtyValue(
                messagePack: [UInt8](hexadecimal: "81a16bc3"),
                as: .object([.init("a", .bool)])
            )
        }
    }

    @Test func `reads a value that Go wrote in gob`() throws {
        let value = CtyValue.object([.init("s", .string("hello"))])
        #expect(try CtyValue(gob: KnownStreams.ctyValue) == value)
        #expect(try CtyValue(gob: try value.gob()) == value)
    }

    @Test func `writes in gob what it reads`() throws {
        var generator = SplitMix()
        let seed = generator.state
        for _ in 0..<(100 * thoroughness) {
            let mixture: CtyMixture = [.deepNumbers, .structures]
            let type = try CtyType.random(depth: 4, mixture, using: &generator)
            let value = try CtyValue.random(of: type, using: &generator)
            #expect(try CtyValue(gob: try value.gob()) == value, "seed \(seed)")
        }
    }

    @Test func `refuses in gob what go-cty cannot send`() {
        for value in [
            CtyValue.set(of: .string, []), .unknown(.string), .null(.dynamic),
            .object([.init("a", .null(.dynamic))]),
        ] {
            let error = #expect(throws: HCLSpecificationError.self) { try value.gob() }
            #expect(error?.code == .unsupported)
        }
    }

    @Test func `refuses to write elements that do not fit`() {
        for value in [
            CtyValue.list(of: .string, [.number(1)]), .map(of: .bool, [.init("k", .string(""))]),
        ] {
            let error = #expect(throws: HCLSpecificationError.self) { try value.json() }
            #expect(error?.code == .typeMismatch)
            #expect(throws: HCLSpecificationError.self) { try value.messagePack() }
        }
    }

    /// A stream of go-cty's whose number of 512 bits says that it has 519.
    @Test func `refuses a number of more bits than cty's have`() throws {
        let fraction = CtyValue.number(try #require(CtyNumber("0.1")))
        var stream = try fraction.gob()
        let head: [UInt8] = [1, 0x0A, 0, 0, 2, 0]
        let place = try #require(stream.firstRange(of: head))
        stream[place.upperBound - 1] = 7
        let error = #expect(throws: HCLSpecificationError.self) { try CtyValue(gob: stream) }
        #expect(error?.code == .limitExceeded)
    }

    @Test func `never traps on a damaged value`() throws {
        var generator = SplitMix()
        let gob = KnownStreams.ctyValue
        let packed = try Self.mixed.messagePack()
        let json = Array(CtyJSONTests.configuration.utf8)
        for _ in 0..<(500 * thoroughness) {
            _ = try? CtyValue(gob: gob.damaged(using: &generator)).json()
            _ = try? CtyValue(messagePack: packed.damaged(using: &generator)).json()
            _ = try? CtyValue(json: json.damaged(using: &generator)).gob()
        }
        for count in gob.indices {
            #expect(throws: HCLSpecificationError.self) { try CtyValue(gob: Array(gob[..<count])) }
        }
    }
}

extension [UInt8] {
    /// The bytes with up to four of them changed, and perhaps without the last ones.
    func damaged(using generator: inout SplitMix) -> [UInt8] {
        var bytes = self
        for _ in 0...Int.random(in: 0..<4, using: &generator) {
            let place = Int.random(in: bytes.indices, using: &generator)
            bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
        }
        guard Bool.random(using: &generator) else { return bytes }
        return Array(bytes.prefix(Int.random(in: bytes.indices, using: &generator)))
    }
}
