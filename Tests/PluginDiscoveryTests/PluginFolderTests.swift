import Communicator
import Foundation
import PluginDiscovery
import TestSupport
import Testing

struct PluginFolderTests {
    private let tree: PluginTree

    init() throws {
        tree = try PluginTree()
    }

    private func contents(maximumEntries: Int = 1_000) async throws -> PluginFolder.Contents {
        let path = BytePath(tree.directory.path)
        return try await PluginFolder(path, maximumEntries: maximumEntries).contents()
    }

    /// What a generation takes for the plugin, by the part of its path below the folder.
    private func taken(_ generation: PackerGeneration) async throws -> [String] {
        try await tree.reports().filter { $0.verdict(in: generation) == .found }
            .map { String("\($0.path)".dropFirst(tree.directory.path.utf8.count + 1)) }
    }

    @Test func `lists what has a plugin's name, with its folders`() async throws {
        try tree.write()
        try tree.write(as: "packer-plugin-top", in: "", hasChecksum: false)
        try tree.write(as: "README", in: "docs", hasChecksum: false)
        let files = try await contents().files
        #expect(files.map { $0.folders?.count } == [3, 3, 0])
        #expect(files.last?.path.name == Array("packer-plugin-top".utf8))
    }

    @Test func `goes round no loop of links, and enters no linked folder`() async throws {
        try tree.write()
        for (name, target) in [("self", "."), ("up", "../.."), ("a", "b"), ("b", "a")] {
            try FileManager.default.createSymbolicLink(
                atPath: tree.directory["github.com/\(name)"],
                withDestinationPath: target
            )
        }
        let contents = try await contents()
        #expect(contents.files.count == 2)
        // The last two lead to nothing at all.
        #expect(contents.links.map(\.name) == [Array("self".utf8), Array("up".utf8)])
    }

    @Test func `a pipe by a plugin's name is not opened`() async throws {
        try tree.directory.makeFIFO("packer-plugin-pipe")
        try tree.directory.makeFIFO("packer-builder-pipe")
        let rules = try await tree.reports().flatMap(\.findings).map(\.rule)
        #expect(rules == [.regularFile, .regularFile])
    }

    @Test func `shows what is in a name that would steer a terminal`() async throws {
        let name = "packer-plugin-a\u{1B}[2J\nb_v1_x5.0_linux_\u{202E}amd64"
        try tree.write(as: name, in: "h\u{7}/n/a", hasChecksum: false)
        let reports = try await tree.reports()
        let text = reports.map { "\($0.path) \($0.findings.map(\.found))" }.joined()
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F })
        #expect(text.contains("\\u{1b}[2J\\nb"), "\(text)")
    }

    @Test func `takes as many entries as it may, and not one more`() async throws {
        try tree.write(in: "a/b/demo")
        // a, b, demo, the plugin and its checksum.
        #expect(try await contents(maximumEntries: 5).files.count == 2)
        await #expect(throws: PluginFolder.TooLarge.self) {
            try await contents(maximumEntries: 4)
        }
    }

    @Test func `enters 32 folders, and no more`() async throws {
        let deepest = (1...PluginFolder.maximumDepth).map { "\($0)" }.joined(separator: "/")
        try tree.write(as: "packer-plugin-in", in: deepest, hasChecksum: false)
        try tree.write(as: "packer-plugin-out", in: "\(deepest)/33", hasChecksum: false)
        #expect(try await contents().files.map(\.path.name) == [Array("packer-plugin-in".utf8)])
    }

    @Test func `fails for a folder that is none`() async throws {
        for name in ["nothing", "file"] {
            try tree.directory.write([], to: "file")
            await #expect(throws: CommunicatorError.self) {
                try await PluginFolder(BytePath(tree.directory[name])).contents()
            }
        }
    }

    // MARK: Which of several is taken

    private func write(_ version: String, in folder: String = PluginTree.source) throws {
        try tree.write(
            PluginTree.script(version: version),
            as: PluginTree.name(version: "v\(version)"),
            in: folder
        )
    }

    @Test func `the highest version since 1.11, the last by its text before`() async throws {
        for version in ["0.9.0", "0.10.0", "0.10.0-dev"] { try write(version) }
        let folder = "\(PluginTree.source)/"
        #expect(
            try await taken(.since1_11) == [folder + PluginTree.name(version: "v0.10.0")]
        )
        for generation in [PackerGeneration.since1_7, .since1_9] {
            #expect(try await taken(generation) == [folder + PluginTree.name(version: "v0.9.0")])
        }
        let shadowed = try await tree.reports().filter { !$0.shadows.isEmpty }
        #expect(shadowed.count == 3 && shadowed.allSatisfy(\.defects.isEmpty))
    }

    @Test func `an unsound one counts before 1.11 only`() async throws {
        try write("1.0.0")
        try tree.write(
            PluginTree.script(version: "2.0.0"),
            as: PluginTree.name(version: "v2.0.0"),
            hasChecksum: false
        )
        let sound = "\(PluginTree.source)/\(PluginTree.name(version: "v1.0.0"))"
        #expect(try await taken(.since1_11) == [sound])
        #expect(try await taken(.since1_9) == [])
    }

    @Test func `one at the top comes before those below, up to 1.10`() async throws {
        try write("1.0.0")
        try tree.write(as: "packer-plugin-demo", in: "", hasChecksum: false)
        #expect(try await taken(.since1_6) == ["packer-plugin-demo"])
        #expect(try await taken(.since1_9) == ["packer-plugin-demo"])
        let below = "\(PluginTree.source)/\(PluginTree.name(version: "v1.0.0"))"
        #expect(try await taken(.since1_11) == [below])
    }

    @Test func `plugins of other names are taken beside it`() async throws {
        try write("1.0.0")
        try tree.write(
            PluginTree.script(version: "0.1.0"),
            as: PluginTree.name("other", version: "v0.1.0"),
            in: "github.com/example/other"
        )
        #expect(try await taken(.since1_11).count == 2)
    }
}
