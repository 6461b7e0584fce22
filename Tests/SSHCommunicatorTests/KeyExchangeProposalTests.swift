import Testing

@testable import SSHCommunicator

@Suite struct KeyExchangeProposalTests {
    /// A greeting and a KEXINIT with the lists in their order; missing ones are empty.
    static func message(_ lists: [String], greeting: String = "SSH-2.0-x\r\n") -> [UInt8] {
        var payload: [UInt8] = [20] + [UInt8](repeating: 0xAA, count: 16)
        for index in 0..<10 {
            let text = index < lists.count ? Array(lists[index].utf8) : []
            payload += [0, 0, UInt8(text.count >> 8), UInt8(text.count & 0xFF)] + text
        }
        payload += [0, 0, 0, 0, 0]
        let length = payload.count + 1 + 4
        return Array(greeting.utf8) + [0, 0, UInt8(length >> 8), UInt8(length & 0xFF), 4] + payload
            + [1, 2, 3, 4]
    }

    private let lists = ["k1,k2", "h1", "c1,c2", "c3", "m1", "m2,m3"]

    private func proposal(_ bytes: [UInt8]) -> KeyExchangeProposal? {
        var sniffer = KeyExchangeSniffer()
        sniffer.look(at: bytes)
        return sniffer.proposal
    }

    @Test(arguments: ["SSH-2.0-x\r\n", "SSH-2.0-x\n", "hello\r\nworld\r\nSSH-2.0-x comment\r\n"])
    func `reads the lists behind any greeting`(greeting: String) {
        let found = proposal(Self.message(lists, greeting: greeting))
        #expect(found?.names(.keyExchange) == ["k1", "k2"])
        #expect(found?.names(.cipherToServer) == ["c1", "c2"])
        #expect(found?.names(.macToClient) == ["m2", "m3"])
    }

    @Test func `reads the lists in whatever pieces they arrive`() {
        let message = Self.message(lists)
        var sniffer = KeyExchangeSniffer()
        for byte in message {
            #expect(sniffer.proposal == nil || byte == 4)
            sniffer.look(at: [byte])
        }
        #expect(sniffer.proposal == proposal(message))
        #expect(sniffer.proposal != nil)
    }

    @Test func `finds nothing in a message that is cut or lies about a length`() {
        let message = Self.message(lists)
        for count in 0..<message.count { #expect(proposal(Array(message[..<count])) == nil) }
        for place in message.indices {
            for value: UInt8 in [0, 1, 0x7F, 0xFF] {
                var wrong = message
                wrong[place] = value
                _ = proposal(wrong)
            }
        }
        let start = message.firstIndex(of: 0x0A).map { $0 + 1 } ?? 0
        for (offset, value) in [(0, UInt8(0xFF)), (4, 0xFF), (5, 21), (22, 0xFF)] {
            var wrong = message
            wrong[start + offset] = value
            #expect(proposal(wrong) == nil, "byte \(offset) of the packet")
        }
    }

    @Test func `keeps names off the screen that could drive it`() {
        let found = proposal(Self.message(["\u{1B}[2J,good,\(String(repeating: "x", count: 65))"]))
        #expect(found?.names(.keyExchange) == ["good"])
    }

    @Test func `gives up on a peer that never comes to the point`() {
        var sniffer = KeyExchangeSniffer()
        for _ in 0..<200 { sniffer.look(at: [UInt8](repeating: 0x61, count: 1000)) }
        sniffer.look(at: Self.message(lists))
        #expect(sniffer.proposal == nil)
    }

    @Test func `says what both sides offer and what to change`() throws {
        let ours = try #require(proposal(Self.message(["k", "h", "c", "c", "m", "m"])))
        let server = try #require(
            proposal(Self.message(["k", "rsa-sha2-512", "c", "c", "x", "x"]))
        )
        let failure = KeyExchangeFailure(ours: ours, server: server, libraryVersion: "1.10.0")
        #expect(
            failure.detail == "no host key type in common: the server offers rsa-sha2-512, "
                + "libssh2 1.10.0 offers h; no MAC in common: the server offers x, "
                + "libssh2 1.10.0 offers m"
        )
        #expect(failure.remedy.contains("ed25519") && failure.remedy.contains("hmac-sha2-256"))
        #expect(
            KeyExchangeFailure(ours: ours, server: ours, libraryVersion: "").categories.isEmpty
        )
    }
}
