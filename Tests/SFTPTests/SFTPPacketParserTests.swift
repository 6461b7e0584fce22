import SFTP
import TestSupport
import Testing

@Suite struct SFTPPacketParserTests {
    private typealias Server = ScriptedSFTPServer

    /// One valid packet of each kind.
    private static let replies: [(name: String, bytes: [UInt8])] = {
        let id = Server.number(9)
        let attributes: [UInt8] =
            Server.number(0x8000_000F) + Server.number(0) + Server.number(5) + Server.number(1)
            + Server.number(2) + Server.number(0o100644) + Server.number(3) + Server.number(4)
            + Server.number(1) + Server.string("x@y") + Server.string("z")
        let name = Server.string("n") + Server.string("-rw n") + attributes
        return [
            (
                "version",
                Server.packet(2, Server.number(3), Server.string("a@b"), Server.string("1"))
            ),
            (
                "status",
                Server.packet(101, id, Server.number(4), Server.string("no"), Server.string("en"))
            ),
            ("handle", Server.packet(102, id, Server.string("h"))),
            ("data", Server.packet(103, id, Server.string("some data"))),
            ("name", Server.packet(104, id, Server.number(2), name, name)),
            ("attributes", Server.packet(105, id, attributes)),
            ("extended", Server.packet(201, id, [1, 2, 3])),
        ]
    }()

    private func parse(_ bytes: [UInt8], cutAt cuts: [Int] = []) throws -> [SFTPPacketParser.Packet]
    {
        var parser = SFTPPacketParser()
        var packets: [SFTPPacketParser.Packet] = []
        var start = 0
        for end in cuts + [bytes.count] {
            parser.append(Array(bytes[start..<end]))
            start = end
            while let packet = try parser.next() { packets.append(packet) }
        }
        return packets
    }

    @Test func `takes every kind of reply apart`() throws {
        let stream = Self.replies.flatMap(\.bytes)
        let packets = try parse(stream)
        #expect(packets.count == 7)
        #expect(packets[1] == .reply(id: 9, .status(SFTPStatus(.failure, message: "no"))))
        #expect(packets[2] == .reply(id: 9, .handle(SFTPHandle(bytes: Array("h".utf8)))))
        #expect(packets[3] == .reply(id: 9, .data(Array("some data".utf8))))
        let attributes = SFTPAttributes(
            size: 5,
            owner: .init(user: 1, group: 2),
            permissions: 0o100644,
            times: .init(accessed: 3, modified: 4),
            extended: [.init(name: Array("x@y".utf8), data: Array("z".utf8))]
        )
        let name = SFTPReply.Name(filename: Array("n".utf8), attributes: attributes)
        #expect(packets[4] == .reply(id: 9, .names([name, name])))
        #expect(packets[5] == .reply(id: 9, .attributes(attributes)))
        #expect(packets[6] == .reply(id: 9, .extended([1, 2, 3])))
    }

    @Test func `decodes alike however the stream is split`() throws {
        let stream = Self.replies.flatMap(\.bytes)
        let whole = try parse(stream)
        #expect(try parse(stream, cutAt: Array(1..<stream.count)) == whole)
        for cut in 1..<stream.count { #expect(try parse(stream, cutAt: [cut]) == whole) }
    }

    @Test(arguments: replies.indices)
    func `waits for the rest of a packet that is cut short`(index: Int) throws {
        let bytes = Self.replies[index].bytes
        for end in 0..<bytes.count {
            #expect(try parse(Array(bytes[..<end])).isEmpty)
        }
    }

    @Test(arguments: replies.indices)
    func `refuses a packet whose length lies, at each byte`(index: Int) {
        let reply = Self.replies[index]
        let body = reply.bytes.dropFirst(4)
        // What is optional at a packet's end may be absent: pairs of extensions, a status's text.
        let allowed: Set<Int> =
            switch reply.name {
            case "version": [5]
            case "status": [9, 15]
            case "extended": [5, 6, 7, 8]
            default: []
            }
        for length in 0..<body.count where !allowed.contains(length) {
            let lie = Server.number(UInt32(length)) + Array(body.prefix(length))
            #expect(throws: SFTPError.self, "\(reply.name) cut to \(length)") { try parse(lie) }
        }
        if reply.name != "extended" {
            let longer = Server.number(UInt32(body.count + 1)) + Array(body) + [0]
            #expect(throws: SFTPError.self, "\(reply.name) with a byte more") { try parse(longer) }
        }
    }

    @Test(arguments: [
        ("no length", Server.number(0)),
        ("300,001 bytes", Server.number(300_001)),
        ("256 MiB", Server.number(1 << 28)),
        ("4 GiB", Server.number(.max)),
        ("unknown type", Server.packet(99, Server.number(1))),
        ("a request", Server.packet(3, Server.number(1))),
        ("version 2", Server.packet(2, Server.number(2))),
        ("version 99", Server.packet(2, Server.number(99))),
        ("half an extension", Server.packet(2, Server.number(3), Server.string("a@b"))),
        ("string of 4 GiB", Server.packet(102, Server.number(1), Server.number(.max))),
        ("empty handle", Server.packet(102, Server.number(1), Server.string(""))),
        (
            "handle of 257 bytes",
            Server.packet(102, Server.number(1), Server.string(String(repeating: "h", count: 257)))
        ),
        ("4 Gi names", Server.packet(104, Server.number(1), Server.number(.max))),
        ("one name too many", Server.packet(104, Server.number(1), Server.number(1))),
        ("unknown attributes", Server.packet(105, Server.number(1), Server.number(0x10))),
        ("attributes without bytes", Server.packet(105, Server.number(1), Server.number(1))),
        (
            "4 Gi extended attributes",
            Server.packet(105, Server.number(1), Server.number(1 << 31), Server.number(.max))
        ),
    ])
    func `refuses what the draft does not allow`(name: String, bytes: [UInt8]) {
        #expect(throws: SFTPError.self, "\(name)") { try parse(bytes) }
    }

    @Test func `accepts the longest handle and a status without text`() throws {
        let handle = Server.packet(
            102,
            Server.number(1),
            Server.string(String(repeating: "h", count: 256))
        )
        #expect(try parse(handle).count == 1)
        let status = Server.packet(101, Server.number(1), Server.number(4))
        #expect(try parse(status) == [.reply(id: 1, .status(SFTPStatus(.failure)))])
    }

    @Test func `quotes what a login shell printed instead of a packet`() {
        let error = #expect(throws: SFTPError.self) { try parse(Array("Welcome home!\n".utf8)) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("Welcome home!"))
    }

    @Test func `keeps a status text harmless`() throws {
        let text = "a\u{1b}[2Jb" + String(repeating: "x", count: 2000)
        let bytes = Server.packet(
            101,
            Server.number(1),
            Server.number(4),
            Server.string(text),
            Server.string("")
        )
        guard case .reply(_, .status(let status)) = try parse(bytes).first else {
            Issue.record("not a status")
            return
        }
        #expect(status.message.hasPrefix("a\u{FFFD}[2Jb"))
        #expect(status.message.utf8.count <= 1030)
    }

    @Test func `never traps on random bytes`() {
        var generator = SplitMix()
        for _ in 0..<20_000 {
            var bytes = Self.replies.randomElement(using: &generator)?.bytes ?? []
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 4..<bytes.count, using: &generator)
                bytes[index] = UInt8.random(in: .min ... .max, using: &generator)
            }
            var parser = SFTPPacketParser()
            parser.append(bytes)
            while let packet = try? parser.next() { _ = packet }
        }
    }

    @Test func `reads back random attributes that it wrote`() throws {
        var generator = SplitMix()
        for _ in 0..<2_000 {
            let attributes = SFTPAttributes.random(using: &generator)
            // MKDIR carries attributes behind its path: the rest of it makes an ATTRS packet.
            let request = SFTPRequest.mkdir(path: [], attributes).packet(id: 5)
            let reply = Server.packet(105, Server.number(5), Array(request.dropFirst(13)))
            #expect(try parse(reply) == [.reply(id: 5, .attributes(attributes))])
        }
    }
}

extension SFTPAttributes {
    fileprivate static func random(using generator: inout some RandomNumberGenerator) -> Self {
        func maybe<Value>(_ make: (inout any RandomNumberGenerator) -> Value) -> Value? {
            var source: any RandomNumberGenerator = generator
            return Bool.random(using: &generator) ? make(&source) : nil
        }
        return Self(
            size: maybe { UInt64.random(in: .min ... .max, using: &$0) },
            owner: maybe { _ in Owner(user: .max, group: 0) },
            permissions: maybe { UInt32.random(in: .min ... .max, using: &$0) },
            times: maybe {
                Times(accessed: UInt32.random(in: .min ... .max, using: &$0), modified: 1)
            },
            extended: maybe { _ in [Extended(name: Array("n@d".utf8), data: [])] } ?? []
        )
    }
}
