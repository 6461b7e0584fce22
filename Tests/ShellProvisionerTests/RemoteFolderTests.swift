import Testing

@testable import ShellProvisioner

struct RemoteFolderTests {
    private struct Counter: RandomNumberGenerator {
        var value: UInt64 = 0

        mutating func next() -> UInt64 {
            value += 1
            return value << 56 | value
        }
    }

    @Test func `has 128 random bits in its name and is made in one exclusive step`() {
        var counter = Counter()
        let folder = RemoteFolder(in: "/tmp/", mode: .private, using: &counter)
        let expected = "/tmp/packer-shell-0102030405060708090a0b0c0d0e0f10"
        #expect(folder.path == expected)
        #expect(folder.makeCommand == "mkdir -m 700 -- '\(expected)'")
        #expect(
            RemoteFolder(in: "/tmp", mode: .private) != RemoteFolder(in: "/tmp", mode: .private)
        )
    }

    @Test(
        arguments: [
            ("/tmp", "/tmp/x"), ("/", "/x"), ("/tmp//", "/tmp/x"), ("-d", "./-d/x"),
            ("a b", "a b/x"),
        ]
    )
    func `joins a folder and a name`(folder: String, expected: String) {
        #expect(RemotePath.joined(folder, "x") == expected)
    }

    @Test func `quotes a path only where it has to be`() {
        #expect(RemotePath.word("/tmp/a-b_c.sh") == "/tmp/a-b_c.sh")
        #expect(RemotePath.word("/tmp/$(id)") == "'/tmp/$(id)'")
    }
}
