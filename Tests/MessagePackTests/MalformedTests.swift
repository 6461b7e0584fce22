import MessagePack
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct MalformedTests {
    /// A whole value for each first byte that begins one, with lengths that are not 0.
    static let wholes: [[UInt8]] = (UInt8.min...UInt8.max).compactMap { first in
        switch first {
        case 0x80...0x8f: [first] + Array(repeating: 0x01, count: Int(first & 15) * 2)
        case 0x90...0x9f: [first] + Array(repeating: 0x01, count: Int(first & 15))
        case 0xa0...0xbf: [first] + Array(repeating: 0x61, count: Int(first & 31))
        case 0xc1: nil
        case 0xc4, 0xd9: [first, 2, 0x61, 0x61]
        case 0xc5, 0xda: [first, 0, 2, 0x61, 0x61]
        case 0xc6, 0xdb: [first, 0, 0, 0, 2, 0x61, 0x61]
        case 0xc7: [first, 2, 7, 0x61, 0x61]
        case 0xc8: [first, 0, 2, 7, 0x61, 0x61]
        case 0xc9: [first, 0, 0, 0, 2, 7, 0x61, 0x61]
        case 0xcc, 0xd0: [first, 1]
        case 0xcd, 0xd1: [first, 1, 1]
        case 0xca, 0xce, 0xd2: [first, 1, 1, 1, 1]
        case 0xcb, 0xcf, 0xd3: [first, 1, 1, 1, 1, 1, 1, 1, 1]
        case 0xd4...0xd8: [first, 7] + Array(repeating: 0x61, count: 1 << Int(first - 0xd4))
        case 0xdc: [first, 0, 2, 1, 1]
        case 0xdd: [first, 0, 0, 0, 2, 1, 1]
        case 0xde: [first, 0, 1, 1, 1]
        case 0xdf: [first, 0, 0, 0, 1, 1, 1]
        default: [first]
        }
    }

    @Test func `refuses each first byte with its value cut anywhere`() throws {
        #expect(Self.wholes.count == 255)
        for whole in Self.wholes {
            _ = try MessagePackValue(decoding: whole)
            for length in 0..<whole.count {
                let part = Array(whole.prefix(length))
                #expect(code(part) == .truncated, "\(hexadecimal(part))")
                var reader = MessagePackReader(part)
                #expect(throws: MessagePackError.self) { try reader.skipValue() }
                var scanner = MessagePackScanner()
                #expect(try !scanner.scan(part))
            }
        }
    }

    @Test(arguments: ["c1", "91c1", "81c1c0", "81a161c1"])
    func `refuses the byte that begins no value, and says where`(hex: String) {
        #expect(code(bytes(hex)) == .reservedByte)
        #expect(error(bytes(hex))?.offset == bytes(hex).firstIndex(of: 0xc1))
        var scanner = MessagePackScanner()
        #expect(throws: MessagePackError.self) { try scanner.scan(bytes(hex)) }
    }

    @Test(arguments: ["dbffffffff", "c6ffffffff", "c9ffffffff01", "ddffffffff", "dfffffffff"])
    func `refuses a length of 4 GiB with nothing behind it`(hex: String) {
        #expect(code(bytes(hex)) == .truncated)
        // A stream would have to wait for it.
        var scanner = MessagePackScanner()
        let error = #expect(throws: MessagePackError.self) { try scanner.scan(bytes(hex)) }
        #expect(error?.code == .tooLarge)
    }

    @Test(arguments: [1_000, 10_000, 1_000_000], [[0x91], [0x81, 0xc0], [0x81], [0xdc, 0, 1]])
    func `refuses nesting without end`(depth: Int, opening: [UInt8]) {
        let nested = repeated(opening, depth) + [0xc0]
        #expect(code(nested) == .tooDeep)
        var scanner = MessagePackScanner()
        let error = #expect(throws: MessagePackError.self) { try scanner.scan(nested) }
        #expect(error?.code == .tooDeep)
    }

    @Test func `takes 64 arrays inside each other, and not 65`() throws {
        let deepest = Array(repeating: 0x91 as UInt8, count: 63) + [0x90]
        #expect(try MessagePackValue(decoding: deepest).encoded == deepest)
        var scanner = MessagePackScanner()
        #expect(try scanner.scan(deepest))
        #expect(code([0x91] + deepest) == .tooDeep)
        var second = MessagePackScanner()
        #expect(throws: MessagePackError.self) { try second.scan([0x91] + deepest) }
    }

    @Test func `writes nothing that is nested deeper than it reads`() throws {
        let deepest = Array(repeating: 0x91 as UInt8, count: 63) + [0x90]
        let value = try MessagePackValue(decoding: deepest)
        let encoder = MessagePackEncoder()
        #expect(try encoder.encode(value) == deepest)
        guard case .array(let elements) = value, let inner = elements.first else {
            Issue.record("\(value)")
            return
        }
        #expect(try MessagePackValue(decoding: encoder.encode(["k": inner])) == ["k": inner])
        let maps = MessagePackValue.map([.init(key: value, value: .nil)])
        for tooDeep in [
            MessagePackValue.array([value]), .map([.init(key: "k", value: value)]), maps,
        ] {
            let error = #expect(throws: MessagePackError.self) { try encoder.encode(tooDeep) }
            #expect(error?.code == .tooDeep)
        }
        let relayed = #expect(throws: MessagePackError.self) { try encoder.encode(["k": value]) }
        #expect(relayed?.code == .tooDeep)
        #expect(relayed?.path == "k")
        let listed = #expect(throws: MessagePackError.self) { try encoder.encode([.nil, value]) }
        #expect(listed?.code == .tooDeep)
        #expect(listed?.path == "[1]")
    }

    @Test func `takes a value as large as the limit, and no larger`() throws {
        var limits = MessagePackLimits()
        limits.size = 100
        let fits = MessagePackValue.string(String(repeating: "x", count: 98)).encoded
        #expect(fits.count == 100)
        #expect(try MessagePackValue(decoding: fits, limits: limits).encoded == fits)
        let larger = MessagePackValue.string(String(repeating: "x", count: 99)).encoded
        #expect(code(larger, limits) == .tooLarge)
        var scanner = MessagePackScanner(limits: limits)
        // Said by the head alone.
        let error = #expect(throws: MessagePackError.self) { try scanner.scan([0xd9, 99]) }
        #expect(error?.code == .tooLarge)
    }

    @Test(arguments: [[0xc0], [0x90], [0x91, 0xc0], [0x81, 0xc0, 0xc0]] as [[UInt8]])
    func `keeps no more in memory than a small multiple of what came`(element: [UInt8]) {
        let count = 1_000_000
        let head: [UInt8] = [
            0xdd, 0, UInt8(count >> 16), UInt8(count >> 8 & 0xff), UInt8(count & 0xff),
        ]
        #expect(code(head + repeated(element, count)) == .tooManyValues)
    }

    @Test func `keeps little beside a map whose keys nobody asks for`() async {
        // The memory is that of a process, and other tests run in this one.
        await #expect(processExitsWith: .success) {
            let count = 400_000
            var writer = MessagePackWriter()
            writer.writeMapHead(count: count)
            for number in 0..<count {
                writer.write(Int64.max - Int64(number))
                writer.writeNil()
            }
            let body = writer.bytes
            let before = peakMemory()
            let upload = try MessagePackDecoder().decode(CodableTests.Upload.self, from: body)
            #expect(upload == CodableTests.Upload())
            // The entries take 19 MB; a dictionary of their names took 90 more.
            precondition(peakMemory() - before < 60 << 20)
        }
    }

    @Test func `keeps all of a large message that is mostly text`() throws {
        let entry: MessagePackValue = ["name": "a value of the usual length", "size": 4096]
        let value = MessagePackValue.array(Array(repeating: entry, count: 50_000))
        #expect(try MessagePackValue(decoding: value.encoded) == value)
    }

    @Test func `reports bytes behind the value`() {
        #expect(code(bytes("0101")) == .trailingBytes)
        #expect(error(bytes("a16105"))?.offset == 2)
    }

    @Test func `keeps both of a key that occurs twice, and the last one counts`() throws {
        let value = try MessagePackValue(decoding: bytes("82a16101a16102"))
        #expect(value.entries?.count == 2)
        #expect(value["a"] == 2)
        #expect(value.encoded == bytes("82a16101a16102"))
    }

    @Test(arguments: ["8190c0", "81c0c0", "81c301", "81cb3ff800000000000001", "8181010102"])
    func `keeps keys that are not strings`(hex: String) throws {
        #expect(try hexadecimal(MessagePackValue(decoding: bytes(hex)).encoded) == hex)
    }

    @Test func `keeps text that is not UTF-8 and repairs it where text is asked for`() throws {
        for hex in ["a1ff", "a2c3c3", "a3eda080", "a4f0908080", "a5616200ff61"] {
            let value = try MessagePackValue(decoding: bytes(hex))
            let isUTF8 = hex == "a4f0908080"
            if case .invalidString = value { #expect(!isUTF8) } else { #expect(isUTF8) }
            #expect(hexadecimal(value.encoded) == hex)
            #expect(value.string?.isEmpty == false)
        }
    }

    @Test func `keeps extensions of every type`() throws {
        for type in Int8.min...Int8.max {
            let value = MessagePackValue.ext(type: type, data: [1, 2, 3])
            #expect(try MessagePackValue(decoding: value.encoded) == value)
        }
    }

    @Test(arguments: [
        "d7ffee6b280000000000", "c70cff3b9aca000000000000000000", "c705ff0000000000", "d4ff01",
        "d8ff00000000000000000000000000000000",
    ])
    func `keeps an extension of type -1 that is no time as what it is`(hex: String) throws {
        let value = try MessagePackValue(decoding: bytes(hex))
        guard case .ext(type: -1, _) = value else {
            Issue.record("\(value)")
            return
        }
        #expect(hexadecimal(value.encoded) == hex)
        #expect(throws: MessagePackError.self) {
            try MessagePackDecoder().decode(MessagePackTimestamp.self, from: bytes(hex))
        }
    }

    private func repeated(_ bytes: [UInt8], _ count: Int) -> [UInt8] {
        var all = bytes
        while all.count < bytes.count * count { all += all }
        return Array(all.prefix(bytes.count * count))
    }

    private func code(
        _ bytes: [UInt8],
        _ limits: MessagePackLimits = .standard
    ) -> MessagePackError.Code? {
        error(bytes, limits)?.code
    }

    private func error(
        _ bytes: [UInt8],
        _ limits: MessagePackLimits = .standard
    ) -> MessagePackError? {
        do throws(MessagePackError) {
            _ = try MessagePackValue(decoding: bytes, limits: limits)
            return nil
        } catch {
            return error
        }
    }
}

/// The most memory that this process has had, in bytes.
private func peakMemory() -> Int {
    var usage = rusage()
    #if canImport(Darwin)
        _ = unsafe getrusage(RUSAGE_SELF, &usage)
        return Int(usage.ru_maxrss)
    #else
        _ = unsafe getrusage(__rusage_who_t(0), &usage)
        return Int(usage.ru_maxrss) * 1024
    #endif
}
