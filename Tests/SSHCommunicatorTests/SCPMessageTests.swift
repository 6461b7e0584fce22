import Testing

@testable import SSHCommunicator

struct SCPMessageTests {
    private func parse(_ text: String) throws -> (SCPMessage, Int)? {
        try SCPMessage.parse(Array(text.utf8)[...])
    }

    @Test func `reads what scp says`() throws {
        let cases: [(String, SCPMessage)] = [
            ("\0", .ready), ("\u{1}no\n", .refusal(Array("no".utf8))),
            ("\u{2}end\n", .refusal(Array("end".utf8))),
            ("C0640 12 a name \n", .file(mode: 0o640, size: 12, name: Array("a name ".utf8))),
            ("D0755 0 d\n", .directory(name: [0x64])), ("E\n", .endOfDirectory),
            ("T1 0 1 0\n", .times),
        ]
        for (text, expected) in cases {
            let found = try #require(try parse(text + "C0000"))
            #expect(found.0 == expected)
            #expect(found.1 == text.utf8.count)
            for count in 0..<text.utf8.count {
                #expect(try SCPMessage.parse(Array(text.utf8)[..<count]) == nil)
            }
        }
    }

    @Test func `takes setuid, setgid and sticky from every mode`() throws {
        let message = try parse("C7755 0 f\n")?.0
        #expect(message == .file(mode: 0o755, size: 0, name: [0x66]))
    }

    @Test(arguments: [
        "C0644 5 ..\n", "C0644 5 .\n", "C0644 5 \n", "C0644 5 /etc/passwd\n", "C0644 5 a/b\n",
        "C0644 5 ../x\n", "D0755 0 ..\n", "D0755 0 ../x\n", "C0644 -1 f\n", "C0644 +1 f\n",
        "C0644 9223372036854775808 f\n", "C0644 99999999999999999999 f\n", "C0644  5 f\n",
        "C644 5 f\n", "C00644 5 f\n", "C0888 5 f\n", "C0644 5\n", "C\n", "C0644 0x5 f\n", "Ex\n",
        "Welcome!\n", "\u{1B}[31m", "\u{3}",
    ])
    func `refuses what is no message, and never shows its control characters`(
        _ text: String
    ) throws {
        let violation = #expect(throws: SCPMessage.Violation.self) { try parse(text) }
        let found = try #require(violation?.found)
        #expect(found.unicodeScalars.allSatisfy { $0.value >= 0x20 })
    }

    @Test func `takes no line without an end`() throws {
        for start in ["C", "\u{1}", "T"] {
            let endless = start + String(repeating: "7", count: 5_000)
            #expect(throws: SCPMessage.Violation.self) { try parse(endless) }
        }
    }
}
