import Testing

@testable import SSHCommunicator

@Suite struct HostKeyTests {
    @Test(
        arguments: [
            ([], "SHA256:"), ([0x66], "SHA256:Zg"), ([0x66, 0x6F], "SHA256:Zm8"),
            ([0x66, 0x6F, 0x6F], "SHA256:Zm9v"), ([0xFF, 0xFE, 0xFD, 0x66], "SHA256://79Zg"),
        ] as [([UInt8], String)]
    )
    func `shows a digest in base64 without padding`(digest: [UInt8], text: String) {
        #expect(HostKey(blob: [], digest: digest).fingerprint == text)
    }

    @Test func `reads the type from the blob`() {
        let blob: [UInt8] = [0, 0, 0, 11] + Array("ssh-ed25519".utf8) + [0, 0, 0, 32]
        #expect(HostKey(blob: blob, digest: []).type == "ssh-ed25519")
    }

    @Test(arguments: [[], [0, 0], [0, 0, 0, 9, 1], [255, 255, 255, 255, 1]] as [[UInt8]])
    func `reads no type from a blob that lies`(blob: [UInt8]) {
        #expect(HostKey(blob: blob, digest: []).type == "")
    }
}
