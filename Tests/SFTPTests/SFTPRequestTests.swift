import SFTP
import Testing

@Suite struct SFTPRequestTests {
    private static let handle = SFTPHandle(bytes: [0, 0, 0, 7])

    // Written by hand from draft-ietf-secsh-filexfer-02 sections 3 to 8 and OpenSSH's PROTOCOL.
    private static let golden: [(SFTPRequest, String)] = [
        (
            .open(
                path: Array("/a".utf8),
                flags: [.write, .create, .exclusive],
                attributes: SFTPAttributes(permissions: 0o600)
            ),
            "0000001703 01020304 000000022f61 0000002a 00000004 00000180"
        ),
        (.close(handle), "0000000d04 01020304 00000004 00000007"),
        (
            .read(handle, offset: 0x1_0000_0002, length: 65_536),
            "0000001905 01020304 00000004 00000007 0000000100000002 00010000"
        ),
        (
            .write(handle, offset: 3, data: [0xAA, 0xBB]),
            "0000001b06 01020304 00000004 00000007 0000000000000003 00000002 aabb"
        ),
        (.lstat(path: [0x61]), "0000000a07 01020304 0000000161"),
        (.fstat(handle), "0000000d08 01020304 00000004 00000007"),
        (
            .setstat(path: [0x61], SFTPAttributes(size: 5, owner: .init(user: 1, group: 2))),
            "0000001e09 01020304 0000000161 00000003 0000000000000005 00000001 00000002"
        ),
        (
            .fsetstat(handle, SFTPAttributes(times: .init(accessed: 8, modified: 9))),
            "000000190a 01020304 00000004 00000007 00000008 00000008 00000009"
        ),
        (.opendir(path: [0x61]), "0000000a0b 01020304 0000000161"),
        (.readdir(handle), "0000000d0c 01020304 00000004 00000007"),
        (.remove(path: [0x61]), "0000000a0d 01020304 0000000161"),
        (.mkdir(path: [0x61], SFTPAttributes()), "0000000e0e 01020304 0000000161 00000000"),
        (.rmdir(path: [0x61]), "0000000a0f 01020304 0000000161"),
        (.realpath(path: [0x2E]), "0000000a10 01020304 000000012e"),
        (.stat(path: []), "0000000911 01020304 00000000"),
        (.rename(from: [0x61], to: [0x62]), "0000000f12 01020304 0000000161 0000000162"),
        (.readlink(path: [0x61]), "0000000a13 01020304 0000000161"),
        (.symlink(target: [0x61], link: [0x62]), "0000000f14 01020304 0000000161 0000000162"),
        (
            .posixRename(from: [0x61], to: [0x62]),
            "0000002bc8 01020304 00000018 706f7369782d72656e616d65406f70656e7373682e636f6d"
                + " 0000000161 0000000162"
        ),
        (
            .fsync(handle),
            "00000022c8 01020304 00000011 6673796e63406f70656e7373682e636f6d 00000004 00000007"
        ),
        (.limits, "0000001bc8 01020304 00000012 6c696d697473406f70656e7373682e636f6d"),
        (
            .statvfs(path: [0x61]),
            "00000021c8 01020304 00000013 73746174766673406f70656e7373682e636f6d 0000000161"
        ),
        (
            .hardlink(from: [0x61], to: [0x62]),
            "00000027c8 01020304 00000014 686172646c696e6b406f70656e7373682e636f6d"
                + " 0000000161 0000000162"
        ),
        (
            .lsetstat(path: [0x61], SFTPAttributes()),
            "00000026c8 01020304 00000014 6c73657473746174406f70656e7373682e636f6d"
                + " 0000000161 00000000"
        ),
    ]

    private func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex.filter { $0 != " " })
        return stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(digits[$0...($0 + 1)]), radix: 16)
        }
    }

    @Test(arguments: golden.indices)
    func `builds the bytes that the draft asks for`(index: Int) {
        let (request, hex) = Self.golden[index]
        #expect(request.packet(id: 0x0102_0304) == bytes(hex), "\(request)")
    }

    @Test func `greets with version 3`() {
        #expect(SFTPRequest.initialPacket == [0, 0, 0, 5, 1, 0, 0, 0, 3])
    }

    @Test func `matches each reply once and reuses no id in flight`() {
        var requests = RequestsInFlight<String>(lastID: .max - 1)
        let first = requests.add("a")
        let second = requests.add("b")
        #expect([first, second] == [.max, 0])
        #expect(requests.take(first) == "a")
        #expect(requests.take(first) == nil)
        #expect(requests.take(77) == nil)
        #expect(requests.count == 1)
        var wrapped = RequestsInFlight<String>(lastID: 0)
        let ids = (0..<3).map { _ in wrapped.add("x") }
        #expect(Set(ids).count == 3)
    }
}
