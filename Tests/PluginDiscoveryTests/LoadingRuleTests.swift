import Communicator
import Foundation
import PluginDiscovery
import Processes
import TestSupport
import Testing

/// Every rule of loading, on real files: what is sound is found, and each defect is named.
struct LoadingRuleTests {
    /// One defect in a folder that is sound otherwise.
    struct Row: Sendable, CustomTestStringConvertible {
        let rule: LoadingRule
        let what: String
        let effects: [PackerGeneration: LoadingEffect]
        let make: @Sendable (PluginTree) throws -> Void

        init(
            _ rule: LoadingRule,
            _ what: String,
            _ effects: [PackerGeneration: LoadingEffect],
            _ make: @escaping @Sendable (PluginTree) throws -> Void
        ) {
            self.rule = rule
            self.what = what
            self.effects = effects
            self.make = make
        }

        var testDescription: String { "\(rule.id): \(what)" }
    }

    @Test(arguments: rows)
    func `names each defect alone, with who minds it`(row: Row) async throws {
        let tree = try PluginTree()
        try row.make(tree)
        let reports = try await tree.reports(limit: .seconds(row.rule == .descriptionEnd ? 1 : 30))
        let findings = reports.flatMap(\.findings)
        #expect(findings.map(\.rule.id) == [row.rule.id], "\(findings.map(\.found))")
        let finding = try #require(findings.first)
        #expect(finding.effects == row.effects)
        #expect(finding.isDefect != Self.notes.contains(row.rule))
        #expect(!finding.found.isEmpty && finding.remedy.hasSuffix("."))
    }

    /// What is said of Packer 1.6, the real one does.
    @Test(arguments: rows.filter { $0.effects[.since1_6] != .hangsPacker })
    func `packer 1.6 ends where a rule says so, and nowhere else`(row: Row) async throws {
        let tree = try PluginTree()
        try row.make(tree)
        let home = try TemporaryDirectory()
        let packer = Program(
            try ProjectFiles.packer(),
            ["version"],
            environment: [
                "PACKER_PLUGIN_PATH": tree.directory.path, "HOME": home.path,
                "PACKER_CONFIG_DIR": "", "CHECKPOINT_DISABLE": "1",
            ],
            directory: home.path
        )
        await ChildProcess.waitForStarts()
        let isFatal = row.effects[.since1_6] == .endsPacker
        #expect(try await packer.run().end == .exited(isFatal ? 1 : 0))
    }

    /// What is worth knowing, and is no defect.
    static let notes: Set<LoadingRule> = [.threeParts, .otherPlatform, .protobuf]

    static let rows = nameRows + placeRows + fileRows + descriptionRows

    @Test func `has a row for every rule`() {
        // These two are about a file alone, and about a folder that root could read all the same.
        let apart: Set<LoadingRule> = [.name, .readableFolder]
        #expect(Set(Self.rows.map(\.rule)).union(apart) == Set(LoadingRule.all))
        #expect(Set(LoadingRule.all.map(\.id)).count == LoadingRule.all.count)
    }

    @Test(arguments: [
        ("", "packer-builder-demo", "1.6 1.7-1.8 1.9-1.10"),
        ("", "packer-provisioner-demo-shell", "1.6 1.7-1.8 1.9-1.10"),
        ("", "packer-post-processor-demo.exe", "1.6 1.7-1.8 1.9-1.10"),
        ("", "packer-datasource-demo", "1.7-1.8 1.9-1.10"),
        ("", "packer-plugin-demo", "1.6 1.7-1.8 1.9-1.10"),
        (PluginTree.source, PluginTree.name(), "1.7-1.8 1.9-1.10 1.11+"),
        ("EXAMPLE.com/a-1/demo", PluginTree.name(), "1.7-1.8 1.9-1.10 1.11+"),
        ("a/b/c/demo", PluginTree.name(), "1.11+"),
        ("1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/demo", PluginTree.name(), "1.11+"),
    ])
    func `finds what is sound`(folder: String, name: String, generations: String) async throws {
        let tree = try PluginTree()
        try tree.write(as: name, in: folder, hasChecksum: !folder.isEmpty)
        let reports = try await tree.reports()
        let report = try #require(reports.first)
        #expect(reports.count == 1 && report.defects.isEmpty, "\(report.findings.map(\.found))")
        let found = PackerGeneration.allCases.filter { report.verdict(in: $0) == .found }
        #expect(found.map(\.name).joined(separator: " ") == generations)
    }

    @Test(arguments: [
        (PluginTree.name(version: "v1.2.3-dev"), "1.2.3-dev"), (PluginTree.name(), "1.2.3+meta"),
        (PluginTree.name(), "v1.2.3"), (PluginTree.name(version: "v1.2.0"), "1.2"),
    ])
    func `takes a version that differs in what does not count`(
        name: String,
        version: String
    ) async throws {
        let tree = try PluginTree()
        try tree.write(PluginTree.script(version: version), as: name)
        #expect(try await tree.reports().flatMap(\.findings).isEmpty)
    }

    @Test func `takes a checksum in capitals, and what follows it`() async throws {
        let tree = try PluginTree()
        try tree.write()
        let path = "\(PluginTree.source)/\(PluginTree.name())"
        let sum = String(decoding: try tree.directory.read("\(path)_SHA256SUM"), as: UTF8.self)
        try tree.write(checksum: "\(sum.uppercased())  demo\n", of: path)
        #expect(try await tree.reports().flatMap(\.findings).isEmpty)
    }

    @Test(arguments: ["README.md", "packer-plugin-demo_v1.2.3_SHA256SUM", "packer-demo"])
    func `says that a file alone is no plugin's, by its name`(name: String) async throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(Array("x".utf8), to: name, mode: 0o755)
        let report = try await PluginLint().report(on: PluginFile(BytePath(path)))
        #expect(report.findings.map(\.rule) == [.name] && report.defects.count == 1)
        for generation in PackerGeneration.allCases {
            #expect(report.verdict(in: generation) == .notLookedAt)
        }
    }

    @Test func `says which folder cannot be read, and that newer Packers end there`() {
        var contents = PluginFolder.Contents()
        contents.unreadable = [(BytePath("/p/github.com"), "Permission denied (opendir)")]
        let reports = PluginLint.reports(on: contents)
        #expect(reports.map(\.findings.first?.rule) == [.readableFolder])
        #expect(reports.first?.findings.first?.effects == [.since1_11: .endsPacker])
        #expect(reports.first?.defects.count == 1)
    }
}
