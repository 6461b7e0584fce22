import MessagePack
import Testing

@Suite struct CodableTests {
    struct FileInfo: Codable, Equatable {
        var name = ""
        var size: Int64 = 0
        var mode: UInt32 = 0
        var time: MessagePackTimestamp?

        enum CodingKeys: String, CodingKey {
            case name = "N"
            case size = "S"
            case mode = "M"
            case time = "T"
        }
    }

    struct Upload: Codable, Equatable {
        var path = ""
        var readerStreamID: UInt32 = 0
        var fileInfo: FileInfo?

        enum CodingKeys: String, CodingKey {
            case path = "Path"
            case readerStreamID = "ReaderStreamId"
            case fileInfo = "FileInfo"
        }
    }

    struct Kinds: Codable, Equatable {
        var flag = false
        var int = 0
        var int8: Int8 = 0
        var int16: Int16 = 0
        var int32: Int32 = 0
        var uint: UInt = 0
        var uint8: UInt8 = 0
        var uint16: UInt16 = 0
        var uint32: UInt32 = 0
        var uint64: UInt64 = 0
        var float: Float = 0
        var double = 0.0
        var text = ""
        var bytes: [UInt8] = []
        var texts: [String] = []
        var numbers: [Int]?
        var table: [String: Int] = [:]
        var time = MessagePackTimestamp.yearOne
        var any = MessagePackValue.nil
        var inner = Inner()
        var choice: Choice?
    }

    struct Inner: Codable, Equatable {
        var list: [Inner]? = nil
        var bytes: [UInt8]? = nil
    }

    enum Choice: String, Codable { case red, green }

    struct Empty: Codable, Equatable {}

    static let upload = Upload(
        path: "/srv/build/cap/up.dst",
        readerStreamID: 1,
        fileInfo: FileInfo(
            name: "up.txt",
            size: 17,
            mode: 420,
            time: MessagePackTimestamp(seconds: 0x6b02_dd4e, nanoseconds: 794_739_189)
        )
    )

    /// The body of a recorded `Communicator.Upload`.
    static let uploadHex = """
        83a450617468b52f7372762f6275696c642f6361702f75702e647374ae52656164657253747265616d49640\
        1a846696c65496e666f84a14ea675702e747874a15311a14dcd01a4a154d7ffbd7b07d46b02dd4e
        """

    @Test func `writes a struct as Go does, field by field in order`() throws {
        #expect(try hexadecimal(MessagePackEncoder().encode(Self.upload)) == Self.uploadHex)
        let decoded = try MessagePackDecoder().decode(Upload.self, from: bytes(Self.uploadHex))
        #expect(decoded == Self.upload)
    }

    @Test func `writes nil for each optional that is nil`() throws {
        let expected = "83a450617468a0ae52656164657253747265616d496400a846696c65496e666fc0"
        #expect(try hexadecimal(MessagePackEncoder().encode(Upload())) == expected)
        #expect(
            try hexadecimal(MessagePackEncoder().encode([nil, "a"] as [String?])) == "92c0a161"
        )
    }

    @Test func `writes an empty struct as an empty map`() throws {
        #expect(try MessagePackEncoder().encode(Empty()) == [0x80])
        #expect(try MessagePackDecoder().decode(Empty.self, from: [0x80]) == Empty())
        #expect(try MessagePackDecoder().decode(Empty.self, from: [0xc0]) == Empty())
    }

    @Test func `writes Go's zero time as nil`() throws {
        #expect(try MessagePackEncoder().encode(MessagePackTimestamp.yearOne) == [0xc0])
        let time = try MessagePackDecoder().decode(MessagePackTimestamp.self, from: [0xc0])
        #expect(time == .yearOne)
    }

    @Test func `brings every kind there and back`() throws {
        var kinds = Kinds()
        #expect(try roundTrip(kinds) == kinds)
        kinds = Kinds(
            flag: true,
            int: .min,
            int8: -128,
            int16: 300,
            int32: .min,
            uint: .max,
            uint8: 255,
            uint16: 256,
            uint32: .max,
            uint64: .max,
            float: -1.25,
            double: 1e300,
            text: "é",
            bytes: [0, 255],
            texts: ["a", ""],
            numbers: [1, -1],
            table: ["x": 1, "y": 2],
            any: ["k": [1, .nil, .binary([1])]],
            inner: Inner(list: [Inner(), Inner(bytes: [])], bytes: [1]),
            choice: .green
        )
        kinds.time = try #require(MessagePackTimestamp(seconds: -5, nanoseconds: 7))
        #expect(try roundTrip(kinds) == kinds)
        #expect(try roundTrip([[1: "a"], [2: "b"]]) == [[1: "a"], [2: "b"]])
    }

    @Test(arguments: ["c0", "80", "81a55468657265a478787878", "90"])
    func `takes nil, missing keys and unknown keys for zero values`(hex: String) throws {
        #expect(try MessagePackDecoder().decode(Kinds.self, from: bytes(hex)) == Kinds())
    }

    @Test(arguments: [
        "05", "cc05", "cd0005", "ce00000005", "cf0000000000000005", "d005", "d10005", "d200000005",
        "d30000000000000005", "ca40a00000", "cb4014000000000000",
    ])
    func `takes an integer in any form`(hex: String) throws {
        #expect(try MessagePackDecoder().decode(UInt8.self, from: bytes(hex)) == 5)
        #expect(try MessagePackDecoder().decode(Int64.self, from: bytes(hex)) == 5)
        #expect(try MessagePackDecoder().decode(Double.self, from: bytes(hex)) == 5)
    }

    @Test(arguments: [
        "cd0100", "ff", "d3ffffffffffffff00", "cb4014000000000001", "cb7ff8000000000000",
        "cbfff0000000000000", "cb47efffffe0000000", "a135", "c3", "90", "80", "d6ff00000000",
    ])
    func `refuses a number that does not fit, and what is no number`(hex: String) {
        let error = #expect(throws: MessagePackError.self) {
            try MessagePackDecoder().decode([String: UInt8].self, from: bytes("81a15a" + hex))
        }
        #expect(error?.code == .typeMismatch)
        #expect(error?.path == "Z")
    }

    @Test func `refuses what only just does not fit 64 bits`() throws {
        let decoder = MessagePackDecoder()
        #expect(try decoder.decode(Int64.self, from: bytes("cf7fffffffffffffff")) == .max)
        #expect(try decoder.decode(Int64.self, from: bytes("d38000000000000000")) == .min)
        #expect(try decoder.decode(UInt64.self, from: bytes("cfffffffffffffffff")) == .max)
        for hex in ["cf8000000000000000", "cb43e0000000000000", "cbc3e0000000000001"] {
            #expect(throws: MessagePackError.self) {
                try decoder.decode(Int64.self, from: bytes(hex))
            }
        }
        for hex in ["d3ffffffffffffffff", "cb43f0000000000000"] {
            #expect(throws: MessagePackError.self) {
                try decoder.decode(UInt64.self, from: bytes(hex))
            }
        }
    }

    @Test func `takes strings and bytes for each other`() throws {
        let decoder = MessagePackDecoder()
        #expect(try decoder.decode(String.self, from: bytes("c4026162")) == "ab")
        #expect(try decoder.decode([UInt8].self, from: bytes("a26162")) == [0x61, 0x62])
        #expect(try decoder.decode([UInt8].self, from: bytes("a2ff62")) == [0xff, 0x62])
        #expect(try decoder.decode([UInt8].self, from: bytes("92ccff62")) == [0xff, 0x62])
        #expect(try decoder.decode(String.self, from: bytes("a2ff62")) == "\u{fffd}b")
    }

    @Test(arguments: [
        "d6ff6b02dd4e", "c4046b02dd4e", "a46b02dd4e",
        "c40c000000000000 00006b02dd4e", "c40f01000000 0f3c79 ea4e00000000 ffff",
    ])
    func `takes a time in every form that a Go codec wrote`(hex: String) throws {
        let time = try MessagePackDecoder().decode(MessagePackTimestamp.self, from: bytes(hex))
        let isMarshalBinary = hex.hasPrefix("c40f")
        #expect(time.seconds == (isMarshalBinary ? 0xf3c79ea4e - 62_135_596_800 : 0x6b02_dd4e))
    }

    @Test func `takes an array for a struct's fields in order`() throws {
        let hex =
            "93b52f7372762f6275696c642f6361702f75702e6473740194a675702e74787411cd01a4d7ffbd7b07d46b02dd4e"
        #expect(try MessagePackDecoder().decode(Upload.self, from: bytes(hex)) == Self.upload)
        let short = try MessagePackDecoder().decode(Upload.self, from: bytes("91a178"))
        #expect(short == Upload(path: "x"))
    }

    @Test func `lets the last of a key that occurs twice win, and heeds case`() throws {
        let hex = "84a450617468a161a450617468a162a450415448a163a470617468a164"
        #expect(try MessagePackDecoder().decode(Upload.self, from: bytes(hex)).path == "b")
    }

    @Test func `tells keys apart that only look the same`() throws {
        let value: MessagePackValue = .map([
            .init(key: "\u{E9}", value: 1), .init(key: "e\u{301}", value: 2),
        ])
        #expect(value["\u{E9}"] == 1)
        #expect(value["e\u{301}"] == 2)
    }

    @Test func `loses no entry of a dictionary whose keys look the same`() throws {
        let value: MessagePackValue = .map([
            .init(key: "\u{E9}", value: 1), .init(key: "x", value: 2),
            .init(key: "e\u{301}", value: 3),
        ])
        let error = #expect(throws: MessagePackError.self) {
            try MessagePackDecoder().decode([String: [String: Int]].self, from: ["Tags": value])
        }
        #expect(error?.code == .ambiguousKey)
        #expect(error?.path == "Tags.\u{E9}")
        // A struct asks for its own keys only, and nothing is lost.
        #expect(try MessagePackDecoder().decode(Upload.self, from: value) == Upload())
        let same: MessagePackValue = .map([
            .init(key: "\u{E9}", value: 1), .init(key: "\u{E9}", value: 2),
        ])
        #expect(try MessagePackDecoder().decode([String: Int].self, from: same) == ["\u{E9}": 2])
    }

    @Test(arguments: [3, 16, 17, 1_000])
    func `finds every key of a map of any size`(count: Int) throws {
        let entries = (0..<count).flatMap { number -> [MessagePackValue.Entry] in
            let key: MessagePackValue =
                number.isMultiple(of: 2) ? .int(Int64(number)) : .string("\(number)")
            return [.init(key: key, value: -1), .init(key: key, value: .int(Int64(number)))]
        }
        let numbers = try MessagePackDecoder().decode([Int: Int].self, from: .map(entries))
        #expect(numbers == Dictionary(uniqueKeysWithValues: (0..<count).map { ($0, $0) }))
        let texts = try MessagePackDecoder().decode([String: Int].self, from: .map(entries))
        #expect(texts == Dictionary(uniqueKeysWithValues: (0..<count).map { ("\($0)", $0) }))
        let upload = try MessagePackDecoder().decode(Upload.self, from: .map(entries))
        #expect(upload == Upload())
    }

    @Test func `refuses a key whose comparison would take long`() throws {
        let marks = "S" + String(repeating: "\u{301}\u{316}", count: 60_000)
        let value: MessagePackValue = .map([.init(key: .string(marks), value: 1)])
        let error = #expect(throws: MessagePackError.self) {
            try MessagePackDecoder().decode([String: Int].self, from: value)
        }
        #expect(error?.code == .tooLarge)
        let text = String(repeating: "x", count: 100_000)
        let long: MessagePackValue = .map([.init(key: .string(text), value: 1)])
        #expect(try MessagePackDecoder().decode([String: Int].self, from: long) == [text: 1])
    }

    @Test func `finds keys in large maps, and keys that came as bytes`() throws {
        var entries = (0..<40).map { MessagePackValue.Entry(key: .int($0), value: .nil) }
        entries.append(.init(key: .binary(Array("Path".utf8)), value: "x"))
        let decoded = try MessagePackDecoder().decode(Upload.self, from: .map(entries))
        #expect(decoded.path == "x")
    }

    @Test func `says where in the value something is wrong`() throws {
        let value: MessagePackValue = [
            "Configs": [["Path": "a"], ["Path": "b", "FileInfo": ["M": -1]]]
        ]
        let error = #expect(throws: MessagePackError.self) {
            try MessagePackDecoder().decode([String: [Upload]].self, from: value.encoded)
        }
        #expect(error?.path == "Configs[1].FileInfo.M")
        #expect(
            error?.description == "MessagePack: Configs[1].FileInfo.M: found the number -1 where a "
                + "number that fits UInt32 is needed"
        )
        let choice = #expect(throws: MessagePackError.self) {
            try MessagePackDecoder().decode(Kinds.self, from: ["choice": "blue"])
        }
        #expect(choice?.code == .refused && choice?.path == "choice")
    }

    private func roundTrip<Value: Codable>(_ value: Value) throws -> Value {
        try MessagePackDecoder().decode(from: MessagePackEncoder().encode(value))
    }
}
