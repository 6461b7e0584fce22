import Testing

@testable import ShellProvisioner

struct RemoteFolderTests {
    @Test func `has 128 random bits in its name and is made in one exclusive step`() {
        let name = "0102030405060708090a0b0c0d0e0f10"
        let folder = RemoteFolder(in: "/tmp/", mode: .private, name: name)
        let expected = "/tmp/packer-shell-\(name)"
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
