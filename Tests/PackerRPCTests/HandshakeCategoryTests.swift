import PackerRPC
import Testing

/// RELIABILITY's row C1: what a first line may be instead of a handshake.
@Suite struct HandshakeCategoryTests {
    private static let refused: [(category: String, line: String)] = [
        ("empty", ""), ("only an end of line", "\r\n"), ("two fields", "5|unix"),
        ("another protocol", "4|0|unix|/tmp/x"), ("a newer minor", "5|9|unix|/tmp/x"),
        ("a minor that is smaller as text only", "5|10|unix|/tmp/x"),
        ("a negative major", "-5|unix|/tmp/x"), ("a negative minor", "5|-1|unix|/tmp/x"),
        ("thousands of digits", String(repeating: "5", count: 4000) + "|0|unix|/tmp/x"),
        ("a byte order mark", "\u{FEFF}5|0|unix|/tmp/x"),
        ("digits that are not ASCII", "\u{0665}|0|unix|/tmp/x"),
        ("a path of 108 bytes", "5|0|unix|/" + String(repeating: "x", count: 107)),
        ("a path that climbs", "5|0|unix|/tmp/../etc/x"), ("a relative path", "5|0|unix|x"),
        ("an abstract socket", "5|0|unix|@x"), ("a zero byte", "5|0|unix|/tmp/\0x"),
        ("a host's name", "5|0|tcp|packer.example:1"), ("every interface", "5|0|tcp|0.0.0.0:1"),
        ("every IPv6 interface", "5|0|tcp|[::]:1"), ("port 0", "5|0|tcp|127.0.0.1:0"),
        ("port 65536", "5|0|tcp|127.0.0.1:65536"), ("another network", "5|0|pipe|/tmp/x"),
        ("a network for a terminal", "5|0|tcp\u{1B}[2J|x"),
        ("a long network", "5|0|\(String(repeating: "n", count: 4000))|x"),
        ("no port", "5|0|tcp|127.0.0.1"),
        ("a port that is no number", "5|0|tcp|127.0.0.1:http"),
        ("a log line before it", "starting\n5|0|unix|/tmp/x"),
        ("a line that is too long", "5|0|unix|/tmp/x" + String(repeating: " ", count: 4096)),
        ("a terminal's command", "\u{1B}[31m5|0|unix|/tmp/x"),
    ]

    @Test(arguments: refused.map(\.category))
    func `C1: refuses it, and shows little that no terminal obeys`(category: String) throws {
        let line = try #require(Self.refused.first { $0.category == category }?.line)
        let error = #expect(throws: PackerRPCError.self) {
            try HandshakeLine(decoding: Array(line.utf8))
        }
        #expect(error?.code == .handshake)
        let detail = error?.detail ?? ""
        #expect(detail.utf8.count < 1000)
        #expect(detail.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    }

    private static let taken: [(category: String, line: String, form: HandshakeLine.Form)] = [
        ("three fields", "5|unix|/tmp/x", .three), ("four fields", "5|0|unix|/tmp/x", .four),
        ("no end of line", "5|0|unix|/tmp/x", .four), ("LF", "5|0|unix|/tmp/x\n", .four),
        ("CRLF", "5|0|unix|/tmp/x\r\n", .four), ("blanks around", " \t5|unix|/tmp/x ", .three),
        ("IPv4", "5|0|tcp|127.0.0.1:65535", .four), ("IPv6", "5|0|tcp|[::1]:1", .four),
        ("five fields: the address has a bar", "5|0|unix|/tmp/a|b", .four),
    ]

    @Test(arguments: taken.map(\.category))
    func `C1: takes it`(category: String) throws {
        let row = try #require(Self.taken.first { $0.category == category })
        let line = try HandshakeLine(decoding: Array(row.line.utf8))
        #expect(line.form == row.form)
        #expect(try HandshakeLine(decoding: line.encoded) == line)
    }
}
