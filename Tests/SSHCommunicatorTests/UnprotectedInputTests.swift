import Testing

@testable import SSHCommunicator

@Suite struct `What a server sends in the clear` {
    /// What is found when the bytes come at once, which must be the same as when they come singly.
    private func violation(_ bytes: [UInt8]) -> String? {
        var whole = UnprotectedInput()
        var single = UnprotectedInput()
        let found = whole.violation(in: bytes)
        var later: String?
        for byte in bytes where later == nil { later = single.violation(in: [byte]) }
        #expect(found == later)
        return found
    }

    private func packet(_ message: UInt8, count: Int = 12, padding: UInt8 = 4) -> [UInt8] {
        UInt32(count).bigEndianBytes + [padding, message]
            + [UInt8](repeating: 0, count: max(0, count - 2))
    }

    private let greeting = Array("SSH-2.0-x\r\n".utf8)

    @Test(arguments: ["SSH-2.0-x\n", "hello\r\nSSH-1.99-x y\r\n", "\n\nSSH-2.0-x\r\n"])
    func `may begin with lines`(text: String) {
        #expect(violation(Array(text.utf8) + packet(20) + packet(2)) == nil)
    }

    @Test func `has at most 1,024 lines before the identification`() {
        let lines = [UInt8]("hello\r\n".utf8)
        let most = [[UInt8]](repeating: lines, count: 1_024).flatMap { $0 }
        #expect(violation(most + greeting) == nil)
        #expect(violation(most + lines)?.contains("1024 lines") == true)
    }

    @Test func `has lines and an identification of bounded length`() {
        let longest = [UInt8](repeating: 0x61, count: 8_191) + [0x0A]
        #expect(violation(longest + greeting) == nil)
        #expect(violation([0x61] + longest)?.contains("8192 bytes") == true)
        let name = Array("SSH-2.0-".utf8) + [UInt8](repeating: 0x61, count: 245)
        #expect(violation(name + [0x0D, 0x0A]) == nil)
        #expect(violation(name + [0x61, 0x0D, 0x0A])?.contains("255 bytes") == true)
        #expect(violation(Array("a\0b\n".utf8))?.contains("zero byte") == true)
    }

    @Test(arguments: [5, 6, 50, 51, 52, 53, 80, 90, 91, 98, 99, 255] as [UInt8])
    func `has no message that needs keys`(message: UInt8) {
        let found = violation(greeting + packet(20) + packet(message))
        #expect(found?.contains("message \(message) ") == true)
        #expect(violation(greeting + packet(20) + packet(31) + packet(21) + packet(message)) == nil)
    }

    @Test(arguments: [(0, 4), (1, 0), (5, 4), (40_001, 4), (12, 255)])
    func `has no packet whose lengths contradict each other`(count: Int, padding: Int) {
        let bytes = greeting + packet(20, count: count, padding: UInt8(padding))
        #expect(violation(bytes)?.contains("cannot be one") == true)
    }
}
