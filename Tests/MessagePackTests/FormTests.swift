import MessagePack
import Testing

@Suite struct FormTests {
    struct Form: CustomTestStringConvertible, Sendable {
        var value: MessagePackValue
        var hex: String
        var testDescription: String { String(hex.prefix(24)) }

        init(_ value: MessagePackValue, _ hex: String) {
            self.value = value
            self.hex = hex
        }
    }

    static let scalars: [Form] = [
        Form(.nil, "c0"), Form(false, "c2"), Form(true, "c3"),
        Form(0, "00"), Form(127, "7f"), Form(-1, "ff"), Form(-32, "e0"),
        Form(-33, "d0df"), Form(-128, "d080"), Form(-129, "d1ff7f"), Form(-32768, "d18000"),
        Form(-32769, "d2ffff7fff"), Form(.int(-2_147_483_648), "d280000000"),
        Form(.int(-2_147_483_649), "d3ffffffff7fffffff"), Form(.int(.min), "d38000000000000000"),
        // Signed forms for signed integers, as codec 1.2 writes them.
        Form(128, "d10080"), Form(2299, "d108fb"), Form(32767, "d17fff"),
        Form(32768, "d200008000"), Form(.int(2_147_483_647), "d27fffffff"),
        Form(.int(2_147_483_648), "d30000000080000000"), Form(.int(.max), "d37fffffffffffffff"),
        Form(.uint(128), "cc80"), Form(.uint(255), "ccff"), Form(.uint(256), "cd0100"),
        Form(.uint(420), "cd01a4"), Form(.uint(65535), "cdffff"), Form(.uint(65536), "ce00010000"),
        Form(.uint(4_294_967_295), "ceffffffff"),
        Form(.uint(4_294_967_296), "cf0000000100000000"), Form(.uint(.max), "cfffffffffffffffff"),
        Form(.float(1.5), "ca3fc00000"), Form(1.5, "cb3ff8000000000000"),
        Form(.double(-0.0), "cb8000000000000000"), Form(.double(.infinity), "cb7ff0000000000000"),
    ]

    static let strings: [Form] = [
        Form("", "a0"), Form("Ui.Say", "a655692e536179"), Form("é", "a2c3a9"),
        Form(.string(letters(31)), "bf" + a(31)), Form(.string(letters(32)), "d920" + a(32)),
        Form(.string(letters(255)), "d9ff" + a(255)),
        Form(.string(letters(256)), "da0100" + a(256)),
        Form(.string(letters(65535)), "daffff" + a(65535)),
        Form(.string(letters(65536)), "db00010000" + a(65536)),
        Form(.invalidString([0xff, 0x61]), "a2ff61"),
        Form(.binary([]), "c400"), Form(.binary([1, 2]), "c4020102"),
        Form(.binary(Array(repeating: 0x61, count: 255)), "c4ff" + a(255)),
        Form(.binary(Array(repeating: 0x61, count: 256)), "c50100" + a(256)),
        Form(.binary(Array(repeating: 0x61, count: 65535)), "c5ffff" + a(65535)),
        Form(.binary(Array(repeating: 0x61, count: 65536)), "c600010000" + a(65536)),
        Form(.ext(type: 5, data: [1]), "d40501"), Form(.ext(type: 5, data: [1, 2]), "d5050102"),
        Form(.ext(type: -128, data: [1, 2, 3, 4]), "d68001020304"),
        Form(.ext(type: 127, data: Array(repeating: 0, count: 8)), "d77f0000000000000000"),
        Form(.ext(type: 0, data: Array(repeating: 0x61, count: 16)), "d800" + a(16)),
        Form(.ext(type: 5, data: []), "c70005"),
        Form(.ext(type: 5, data: [1, 2, 3]), "c70305010203"),
        Form(.ext(type: 5, data: Array(repeating: 0x61, count: 256)), "c8010005" + a(256)),
        Form(.ext(type: 5, data: Array(repeating: 0x61, count: 65536)), "c90001000005" + a(65536)),
    ]

    static let containers: [Form] = [
        Form([], "90"), Form([1, [2]], "92019102"), Form([:], "80"), Form(["a": 1], "81a16101"),
        Form(.array(nils(15)), "9f" + zeros(15)), Form(.array(nils(16)), "dc0010" + zeros(16)),
        Form(.array(nils(65535)), "dcffff" + zeros(65535)),
        Form(.array(texts(65536)), "dd00010000" + String(repeating: "a178", count: 65536)),
        Form(.map(pairs(15)), "8f" + String(repeating: "c0c0", count: 15)),
        Form(.map(pairs(16)), "de0010" + String(repeating: "c0c0", count: 16)),
        Form(["b": true, "a": .nil], "82a162c3a161c0"),
        Form([.nil: 1, 2: 3, [4]: 5], "83c00102039104 05"),
    ]

    static let times: [Form] = [
        time(0, 0, "d6ff00000000"), time(4_294_967_295, 0, "d6ffffffffff"),
        time(4_294_967_296, 0, "d7ff0000000100000000"),
        time(17_179_869_183, 999_999_999, "d7ffee6b27ffffffffff"),
        time(17_179_869_184, 0, "c70cff000000000000000400000000"),
        time(-1, 1, "c70cff00000001ffffffffffffffff"),
        // FileInfo.T of a recorded upload.
        time(0x6b02_dd4e, 794_739_189, "d7ffbd7b07d46b02dd4e"),
        Form(.ext(type: -1, data: [1, 2, 3]), "c703ff010203"),
    ]

    @Test(arguments: scalars + strings + containers + times)
    func `writes the shortest form and reads it back`(form: Form) throws {
        #expect(hexadecimal(form.value.encoded) == form.hex.filter { $0 != " " })
        #expect(try MessagePackValue(decoding: bytes(form.hex)) == form.value)
    }

    @Test(arguments: [
        Form(.uint(5), "cc05"), Form(.uint(5), "cd0005"), Form(.uint(5), "ce00000005"),
        Form(.uint(5), "cf0000000000000005"), Form(5, "d005"), Form(5, "d10005"),
        Form(5, "d200000005"), Form(5, "d30000000000000005"), Form(-1, "d3ffffffffffffffff"),
        Form("a", "d90161"), Form("a", "da000161"), Form("a", "db0000000161"),
        Form(.binary([1]), "c5000101"), Form(.binary([1]), "c60000000101"),
        Form([1], "dc000101"), Form([1], "dd0000000101"),
        Form([1: 2], "de00010102"), Form([1: 2], "df000000010102"),
        Form(.ext(type: 1, data: [2]), "c7010102"),
        Form(.ext(type: 1, data: [2]), "c900000001 0102"),
        time(1, 0, "c704ff00000001"), time(1, 0, "c70cff000000000000000000000001"),
        time(1, 0, "d7ff0000000000000001"),
    ])
    func `reads forms longer than needed`(form: Form) throws {
        #expect(try MessagePackValue(decoding: bytes(form.hex)) == form.value)
    }

    @Test func `keeps a number that is not a number`() throws {
        let value = try MessagePackValue(decoding: bytes("cb7ff8000000000001"))
        #expect(hexadecimal(value.encoded) == "cb7ff8000000000001")
    }

    @Test func `writes the value of a data source as Go does`() {
        let value: MessagePackValue = ["b": true, "l": ["x"], "n": 5, "s": "hello"]
        #expect(hexadecimal(value.encoded) == "84a162c3a16c91a178a16e05a173a568656c6c6f")
    }

    private static func time(_ seconds: Int64, _ nanoseconds: UInt32, _ hex: String) -> Form {
        Form(
            MessagePackTimestamp(seconds: seconds, nanoseconds: nanoseconds).map { .timestamp($0) }
                ?? .nil,
            hex
        )
    }

    private static func letters(_ count: Int) -> String { String(repeating: "a", count: count) }
    private static func a(_ count: Int) -> String { String(repeating: "61", count: count) }
    private static func zeros(_ count: Int) -> String { String(repeating: "c0", count: count) }
    private static func nils(_ count: Int) -> [MessagePackValue] {
        Array(repeating: .nil, count: count)
    }
    private static func texts(_ count: Int) -> [MessagePackValue] {
        Array(repeating: "x", count: count)
    }
    private static func pairs(_ count: Int) -> [MessagePackValue.Entry] {
        Array(repeating: .init(key: .nil, value: .nil), count: count)
    }
}
