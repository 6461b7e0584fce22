import Communicator
import Foundation
import TestSupport
import Testing

@Suite struct LocalFileTreeTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        for name in ["t", "t/b", "t/b/empty"] {
            try FileManager.default.createDirectory(
                atPath: directory[name],
                withIntermediateDirectories: false
            )
        }
        try directory.write([1, 2], to: "t/b/x", mode: 0o755)
        try directory.write([], to: "t/a b")
        try directory.write([], to: "t/é\n$(id)")
    }

    private func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: directory[name],
            withDestinationPath: target
        )
    }

    private func walk() throws -> LocalTree { try LocalTree(walking: BytePath(directory["t"])) }

    @Test func `lists directories before their contents in the order of the bytes`() throws {
        let entries = try walk().entries
        #expect(
            entries.map { String(decoding: $0.relativePath.bytes, as: UTF8.self) } == [
                "", "a b", "b", "b/empty", "b/x", "é\n$(id)",
            ]
        )
        #expect(entries.map(\.isDirectory) == [true, false, true, true, false, false])
        #expect(entries[4].mode == 0o755)
        #expect(entries[4].size == 2)
    }

    @Test func `keeps names that are not UTF-8`() throws {
        let name: [UInt8] = [0x66, 0xFF, 0xFE]
        let path = BytePath(directory["t"]).appending(name)
        let file = try AtomicLocalFile(replacing: path)
        try file.commit(size: 0, mode: 0o644)
        #expect(try walk().entries.contains { $0.relativePath.bytes == name })
        #expect("\(BytePath(bytes: name))" == "f\\xff\\xfe")
    }

    @Test func `follows links to files and directories, twice to the same place too`() throws {
        try link("t/one", to: "b")
        try link("t/two", to: "b")
        try link("t/file", to: "b/x")
        let entries = try walk().entries
        let names = entries.map { String(decoding: $0.relativePath.bytes, as: UTF8.self) }
        #expect(names.contains("one/x") && names.contains("two/x"))
        #expect(entries.first { $0.relativePath.bytes == Array("file".utf8) }?.mode == 0o755)
    }

    @Test(arguments: ["loop", "self", "dangling", "fifo", "device"])
    func `names the path of what cannot be taken along`(kind: String) throws {
        switch kind {
        case "loop": try link("t/b/loop", to: "../../t")
        case "self": try link("t/b/self", to: "self")
        case "dangling": try link("t/b/dangling", to: "nowhere")
        case "device": try link("t/b/device", to: "/dev/null")
        default: try directory.makeFIFO("t/b/fifo")
        }
        let error = #expect(throws: CommunicatorError.self) { _ = try walk() }
        #expect(error?.code == .localFile)
        #expect(error?.target == directory["t/b/\(kind)"])
    }

    @Test func `refuses a root that is no directory`() throws {
        let error = #expect(throws: CommunicatorError.self) {
            _ = try LocalTree(walking: BytePath(directory["t/b/x"]))
        }
        #expect(error?.code == .notDirectory)
    }

    @Test func `takes paths apart and puts them together`() {
        #expect(BytePath("/a/b").parent == BytePath("/a"))
        #expect(BytePath("/a").parent == BytePath("/"))
        #expect(BytePath("a").parent == BytePath(""))
        #expect(BytePath("a/b//").name == Array("b".utf8))
        #expect(BytePath("a/b//").parent == BytePath("a"))
        #expect(BytePath("/").name.isEmpty)
        #expect(BytePath("/").parent == BytePath("/"))
        #expect(BytePath("").appending([0x61]) == BytePath("a"))
        #expect(BytePath("/").appending([0x61]) == BytePath("/a"))
        #expect("\(BytePath("a\u{1b}[31m\nb"))" == "a\\u{1b}[31m\\nb")
        let sibling = BytePath("d/f").temporarySibling()
        #expect(sibling.parent == BytePath("d"))
        #expect(sibling.name.count == 38)
        #expect(sibling != BytePath("d/f").temporarySibling())
    }
}
