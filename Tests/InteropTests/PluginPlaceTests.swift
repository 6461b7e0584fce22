import Foundation
import Processes
import TestSupport
import Testing

/// Where `make plugin-install` puts the plugin, by which Packer is found and which source is named.
@Suite(.timeLimit(.minutes(5)))
struct PluginPlaceTests {
    private let here: TemporaryDirectory
    private let programs: TemporaryDirectory

    init() throws {
        here = try TemporaryDirectory()
        programs = try TemporaryDirectory()
    }

    /// The installer, for a user whose `packer` is this script.
    private func installer(
        packer script: String = "echo Packer v1.6.6",
        _ more: [String: String] = [:]
    ) throws -> Program {
        let text = Array("#!/bin/sh\n\(script)\n".utf8)
        _ = try programs.write(text, to: "packer", mode: 0o755)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let environment = [
            "PACKER_PLUGIN_SWIFT": try ProjectFiles.releasedPluginSwift(), "HOME": here.path,
            "PACKER_CONFIG_DIR": "", "PACKER_PLUGIN_PATH": "", "XDG_CONFIG_HOME": "",
            "PATH": "\(programs.path):\(path)",
        ]
        return Program(
            "\(ProjectFiles.root)/scripts/plugin-install",
            environment: environment.merging(more) { $1 }
        )
    }

    private func make(_ folder: String) throws {
        try FileManager.default.createDirectory(
            atPath: here[folder],
            withIntermediateDirectories: true
        )
    }

    /// Whether a folder of plugins has the names for Packer 1.6, and the file for later ones.
    private func layouts(_ folder: String) throws -> (top: Bool, nested: Bool) {
        let names = try FileManager.default.subpathsOfDirectory(atPath: here[folder])
        return (
            names.contains("packer-provisioner-swift-shell"),
            names.contains { $0.hasPrefix("github.com/example/swift/packer-plugin-swift_v") }
        )
    }

    @Test(arguments: ["echo Packer v1.6.6", "echo Packer v1.11.2", "exit 1"])
    func `a folder that is there gets both layouts`(script: String) async throws {
        try make(".packer.d")
        let outcome = try await installer(packer: script).run()
        #expect(outcome.end == .exited(0), "\(outcome.errors)")
        #expect(outcome.errors.contains("note:") == !script.contains("1.6"), "\(outcome.errors)")
        #expect(try layouts(".packer.d/plugins") == (true, true))
        #expect(try here.names() == [".packer.d"])
    }

    @Test(arguments: [("1.7.5", true), ("1.10.3", true), ("1.11.0-dev", false), ("2.0.0", false)])
    func `a newer packer finds it where it looks, and loses nothing`(
        version: String,
        hasTop: Bool
    ) async throws {
        let installer = try installer(packer: "echo 'Packer v\(version)'")
        try await installer.succeed()
        #expect(try layouts(".config/packer/plugins") == (hasTop, true))
        // With this folder there, Packer would read nothing else.
        #expect(try here.names() == [".config"])
        var other = installer
        other.environment["XDG_CONFIG_HOME"] = here["xdg"]
        try await other.succeed()
        #expect(try layouts("xdg/packer/plugins") == (hasTop, true))
        other.environment["PACKER_PLUGIN_PATH"] = here["own"]
        try await other.succeed()
        #expect(try layouts("own") == (hasTop, true))
    }

    @Test(
        arguments: [
            ("exit 1", [:]), ("echo Packer v1.7.4", [:]),
            ("echo Packer v1.11.2", ["PACKER_CONFIG_DIR": "/nonexistent"]),
            ("echo Packer v1.11.2", ["XDG_CONFIG_HOME": "relative"]),
            ("echo Packer v1.10.3", ["PACKER_PLUGIN_PATH": "/nonexistent/a:/nonexistent/b"]),
        ] as [(String, [String: String])]
    )
    func `where a place cannot be told, or would hide plugins, it asks`(
        script: String,
        environment: [String: String]
    ) async throws {
        let outcome = try await installer(packer: script, environment).run()
        #expect(outcome.end == .exited(1))
        #expect(outcome.errors.contains("PLUGIN_DIR=folder"), "\(outcome.errors)")
        #expect(try here.names() == [])
    }

    @Test(arguments: [
        "a/swift", "swift", "/a/b/swift", "a//b/swift", "a/b/swift/", "a/../b/swift",
        "../a/b/swift", "./a/b/swift", "a/./b/swift", "a/b/..", "https://a/b/swift",
        "a:80/b/swift", "a/b/swift?x=y", "a/b/swift#x", "a/b c/swift", "a/b\n/swift", "a/b/Swift",
        "a/b/packer-swift", "a/b/packer-plugin-swift", "packer-plugin-a/b/swift",
        "packer-builder-a/b/swift", "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/swift",
    ])
    func `refuses a source that Packer refuses`(source: String) async throws {
        let outcome = try await installer().run([here["plugins"], source])
        #expect(outcome.end == .exited(1))
        #expect(outcome.errors.contains("SOURCE"), "\(outcome.errors)")
        #expect(try here.names() == [])
    }

    @Test(
        arguments: [
            ("github.com/ex-ample/swift", nil), ("example.com/a/swift", "github.com/NAMESPACE"),
            ("github.com/Example/swift", "does not find"),
            ("github.com/a.b/swift", "does not find"),
            ("github.com/a--b/swift", "does not find"), ("github.com/a/b/swift", "does not find"),
            ("1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/swift", "does not find"),
        ] as [(String, String?)]
    )
    func `notes a source that only newer Packers take`(
        source: String,
        words: String?
    ) async throws {
        let outcome = try await installer().run([here["plugins"], source])
        #expect(outcome.end == .exited(0))
        #expect(outcome.errors.isEmpty == (words == nil), "\(outcome.errors)")
        #expect(words.map(outcome.errors.contains) ?? true, "\(outcome.errors)")
        let names = try FileManager.default.contentsOfDirectory(
            atPath: here["plugins/\(source)"]
        )
        #expect(names.count == 2)
    }
}
