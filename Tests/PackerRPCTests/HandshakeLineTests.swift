import PackerRPC
import Testing

@Suite struct HandshakeLineTests {
    @Test(
        arguments: [
            ("5|unix|/tmp/packer-plugin1", .unix(path: "/tmp/packer-plugin1"), .three),
            ("5|0|unix|/tmp/packer-plugin1", .unix(path: "/tmp/packer-plugin1"), .four),
            ("5|0|tcp|127.0.0.1:10000", .tcp(host: "127.0.0.1", port: 10_000), .four),
            ("5|tcp|[::1]:1", .tcp(host: "[::1]", port: 1), .three),
            ("5|0|stdio|", .stdio, .four), ("5|stdio|", .stdio, .three),
            ("5|unix|/tmp/with|bar", .unix(path: "/tmp/with|bar"), .three),
            ("5|0|unix|/tmp/with|bar", .unix(path: "/tmp/with|bar"), .four),
            (" \t5|0|unix|/tmp/x \r", .unix(path: "/tmp/x"), .four),
            ("5|unix|/tmp/x\r\n", .unix(path: "/tmp/x"), .three),
        ] as [(String, HandshakeLine.Address, HandshakeLine.Form)]
    )
    func `reads both forms`(
        _ line: String,
        _ address: HandshakeLine.Address,
        _ form: HandshakeLine.Form
    ) throws {
        #expect(try HandshakeLine(decoding: Array(line.utf8)) == HandshakeLine(address, form: form))
    }

    @Test func `writes what Packer wrote`() {
        let unix = HandshakeLine.Address.unix(path: "/tmp/x")
        #expect(HandshakeLine(unix, form: .three).encoded == Array("5|unix|/tmp/x\n".utf8))
        #expect(HandshakeLine(unix, form: .four).encoded == Array("5|0|unix|/tmp/x\n".utf8))
    }

    @Test(
        arguments: [
            "", "\n", "hello", "5", "5|unix", "4|unix|/tmp/x", "6|0|unix|/tmp/x", "-5|unix|/tmp/x",
            "5|1|unix|/tmp/x", "5|10|unix|/tmp/x", "5|-1|unix|/tmp/x", "5|+0|unix|/tmp/x",
            "5|0|unix", "5|0|unix|", "5|unix|relative", "5|unix|@abstract", "5|unix|/tmp/../etc/x",
            "5|0|pipe|/tmp/x", "5|0|stdio|/tmp/x", "5|0|stdio", "5|stdio", "5|0|tcp|127.0.0.1",
            "5|0|tcp|127.0.0.1:0",
            "5|0|tcp|127.0.0.1:65536", "5|0|tcp|127.0.0.1:-1", "5|0|tcp|0.0.0.0:1",
            "5|0|tcp|192.0.2.1:1", "5|0|tcp|[::]:1", "5|0|tcp|example.org:1", "5|tcp|:1",
            "\u{FEFF}5|0|unix|/tmp/x", "5|0|unix|/tmp/\0x", "log line\n5|0|unix|/tmp/x",
            "5|0|unix|/" + String(repeating: "x", count: 107),
            "5|0|unix|/" + String(repeating: "x", count: 5000),
            String(repeating: "9", count: 4000) + "|unix|/tmp/x",
        ]
    )
    func `refuses what no plugin of Packer's says`(_ line: String) throws {
        #expect(throws: PackerRPCError.self) {
            try HandshakeLine(decoding: Array(line.utf8))
        }
    }

    @Test func `shows little of a wrong line, and nothing that a terminal obeys`() {
        let line = Array("\u{1B}[2J".utf8) + [UInt8](repeating: 0x41, count: 3000) + [0xFF]
        do {
            _ = try HandshakeLine(decoding: line)
            Issue.record("the line was taken")
        } catch let error as PackerRPCError {
            #expect(error.code == .handshake)
            #expect(error.detail.utf8.count < 600)
            #expect(!error.detail.contains("\u{1B}"))
        } catch {
            Issue.record(error)
        }
    }

    @Test func `refuses bytes that are no text`() {
        #expect(throws: PackerRPCError.self) {
            try HandshakeLine(decoding: Array("5|unix|/tmp/".utf8) + [0xFF])
        }
    }
}
