import Testing

@testable import SSHCommunicator

@Suite struct `The memory of a session` {
    private let memory = SessionMemory()

    init() {
        memory.packetShape = { PacketShape(cipher: "aes256-ctr", mac: "hmac-sha1") }
    }

    /// Asks for the memory of a packet, as libssh2 does: all but the padding_length, and the MAC.
    private func mayTake(packetLength: Int, tag: Int = 20) -> Bool {
        memory.mayAllocate(packetLength - 1 + tag, at: 1)
    }

    @Test func `is refused to a packet that is no whole number of blocks`() {
        #expect(memory.mayAllocate(5, at: 2))
        memory.hasPackets = true
        #expect(mayTake(packetLength: 20, tag: 0))
        memory.plainPackets = 1
        for length in stride(from: 12, to: 35_000, by: 16) {
            #expect(mayTake(packetLength: length))
        }
        #expect(memory.mayAllocate(5, at: 2))
        #expect(!memory.hasRefused)
        #expect(!mayTake(packetLength: 29))
        #expect(memory.hasRefused)
        #expect(!mayTake(packetLength: 28))
    }

    @Test(arguments: [
        ("aes256-gcm@openssh.com", ""), ("aes256-ctr", "hmac-sha2-256-etm@openssh.com"),
    ])
    func `is refused to nothing whose length is not encrypted`(cipher: String, mac: String) {
        #expect(PacketShape(cipher: cipher, mac: mac) == nil)
        memory.packetShape = { PacketShape(cipher: cipher, mac: mac) }
        memory.hasPackets = true
        memory.plainPackets = 0
        #expect(mayTake(packetLength: 29))
    }

    @Test func `has limits in bytes and in blocks`() {
        memory.change(by: SessionMemory.limit)
        #expect(!memory.isTooMuch)
        memory.change(by: 16)
        #expect(memory.isTooMuch)
        memory.change(by: -16 - SessionMemory.limit)
        #expect(!memory.isTooMuch)
        for _ in 0...SessionMemory.blockLimit { memory.change(by: 16) }
        #expect(memory.isTooMuch)
    }
}
