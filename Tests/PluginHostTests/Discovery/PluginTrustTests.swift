import Foundation
import PluginHost
import TestSupport
import Testing

/// Row 51: what others could have changed is refused, with what to do; done as told, it is used.
@Suite struct PluginTrustTests {
    private let files: TemporaryDirectory
    /// Where the plugin is, below another folder.
    private let folder: String
    private let path: String

    init() throws {
        files = try TemporaryDirectory()
        folder = files["over/plugins"]
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755]
        )
        path = try files.write(
            Array("#!/bin/sh\n".utf8),
            to: "over/plugins/packer-provisioner-p",
            mode: 0o755
        )
    }

    private func catalog(_ folder: String) async throws -> PluginCatalog {
        try await PluginSearch([PluginPlace(folder, .commandLine)]).catalog()
    }

    private func run(_ command: String) async throws {
        _ = try await Program("sh").succeed(["-c", command])
    }

    @Test(arguments: [
        ("chmod g+w F", "may change what is in", "chmod go-w"),
        ("chmod o+w F", "may change what is in", "chmod go-w"),
        ("chmod o+wt F", "may change what is in", "chmod go-w"),
        ("chmod g+w F/..", "may change what is in", "chmod go-w"),
        ("chown 12345 F", "is user 12345's", "chown"),
        ("chown 12345 F/..", "is user 12345's", "chown"),
        ("chown 12345 P", "is user 12345's", "chown"),
        ("chmod g+w P", "others than its owner may write it", "chmod go-w"),
        ("chmod o+w P", "others than its owner may write it", "chmod go-w"),
        ("chmod u+s P", "runs with the rights of its owner", "chmod ug-s"),
        ("chmod g+s P", "runs with the rights of its owner", "chmod ug-s"),
        ("chmod a-x P", "may not be executed", "chmod +x"),
    ])
    func `a doubt is named with its remedy, which helps`(
        _ change: String,
        reason: String,
        remedy: String
    ) async throws {
        #expect(try await catalog(folder).found.count == 1)
        try await run(
            change.replacingOccurrences(of: "F", with: folder)
                .replacingOccurrences(of: "P", with: path)
        )
        let doubted = try await catalog(folder)
        #expect(doubted.found.isEmpty)
        let refusal = try #require(doubted.rejected.first).refusal
        #expect(refusal.reason.contains(reason), "\(refusal)")
        #expect(refusal.remedy.contains(remedy), "\(refusal)")

        let command = refusal.remedy.split(separator: "`")[1]
        try await run(String(command))
        #expect(try await catalog(folder).found.count == 1, "after \(command)")
    }

    @Test func `a remedy can be pasted, whatever the name of the folder`() async throws {
        let odd = files["odd 'n' $(exit 3) folder"]
        try FileManager.default.moveItem(atPath: folder, toPath: odd)
        try await run("chmod g+w \(files.path)/odd*")
        let refusal = try #require(try await catalog(odd).rejected.first).refusal
        let command = refusal.remedy.split(separator: "`")[1]
        try await run(String(command))
        #expect(try await catalog(odd).found.count == 1, "after \(command)")
    }

    @Test func `a sticky folder may be on the way`() async throws {
        try await run("chmod 1777 \(folder)/..")
        #expect(try await catalog(folder).found.count == 1)
    }

    @Test func `a link to the folder counts as where it leads`() async throws {
        let link = files["link"]
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder)
        #expect(try await catalog(link).found.count == 1)
        try await run("chmod g+w \(folder)/..")
        #expect(try await catalog(link).found.isEmpty)
    }

    @Test func `a plugin that is a link, a folder or a pipe is none`() async throws {
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder)/packer-builder-link",
            withDestinationPath: path
        )
        try FileManager.default.createDirectory(
            atPath: "\(folder)/packer-plugin-folder",
            withIntermediateDirectories: false
        )
        try files.makeFIFO("over/plugins/packer-plugin-pipe")
        let found = try await catalog(folder)
        #expect(found.found.map(\.path) == [path])
        let reasons = found.rejected.map(\.refusal.reason).joined(separator: "; ")
        #expect(found.rejected.count == 3)
        #expect(reasons.contains("it is a symbolic link") && reasons.contains("it is a directory"))
    }
}
