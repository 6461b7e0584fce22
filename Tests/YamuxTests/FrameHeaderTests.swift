import Testing

@testable import Yamux

@Suite struct FrameHeaderTests {
    static let examples: [(String, FrameHeader)] = [
        ("00 01 0001 00000001 00000000", .init(.windowUpdate, .syn, .init(rawValue: 1))),
        ("00 01 0002 00000001 00000000", .init(.windowUpdate, .ack, .init(rawValue: 1))),
        ("00 00 0000 00000001 00000004", .init(.data, [], .init(rawValue: 1), length: 4)),
        ("00 01 0004 00000007 00000000", .init(.windowUpdate, .fin, .init(rawValue: 7))),
        ("00 01 0008 00000002 00000000", .init(.windowUpdate, .rst, .init(rawValue: 2))),
        (
            "00 01 0000 00000003 00020004",
            .init(.windowUpdate, [], .init(rawValue: 3), length: 131_076)
        ),
        ("00 02 0001 00000000 00000000", .init(.ping, .syn)),
        ("00 02 0002 00000000 deadbeef", .init(.ping, .ack, length: 0xDEAD_BEEF)),
        ("00 03 0000 00000000 00000001", .init(.goAway, length: 1)),
        ("00 00 000f ffffffff ffffffff", .init(.data, .known, .init(rawValue: .max), length: .max)),
    ]

    @Test(arguments: examples)
    func `reads and writes the twelve bytes of the specification`(
        example: (String, FrameHeader)
    ) throws {
        let bytes = Wire.hex(example.0)
        #expect(try FrameHeader(bytes) == example.1)
        var written: [UInt8] = []
        example.1.append(to: &written)
        #expect(written == bytes)
    }

    @Test(arguments: 1...UInt8.max)
    func `refuses a version that is not 0`(version: UInt8) {
        #expect(throws: ProtocolViolation.version(version)) {
            try FrameHeader([version] + [UInt8](repeating: 0, count: 11))
        }
    }

    @Test(arguments: 4...UInt8.max)
    func `refuses a type that does not exist`(kind: UInt8) {
        #expect(throws: ProtocolViolation.kind(kind)) {
            try FrameHeader([0, kind] + [UInt8](repeating: 0, count: 10))
        }
    }

    @Test(arguments: 4..<16)
    func `refuses flags that do not exist`(bit: Int) {
        let flags = UInt16(1) << UInt16(bit)
        #expect(throws: ProtocolViolation.flags(flags, "data")) {
            try FrameHeader([0, 0, UInt8(flags >> 8), UInt8(flags & 0xFF), 0, 0, 0, 1, 0, 0, 0, 0])
        }
    }

    @Test func `numbers are the client's when odd, the server's when even, and 0 is no one's`() {
        #expect(StreamID(rawValue: 1).isGivenOut(by: .client))
        #expect(!StreamID(rawValue: 1).isGivenOut(by: .server))
        #expect(StreamID(rawValue: 2).isGivenOut(by: .server))
        #expect(!StreamID(rawValue: 2).isGivenOut(by: .client))
        #expect(!StreamID.session.isGivenOut(by: .client))
        #expect(!StreamID.session.isGivenOut(by: .server))
    }
}
