import Foundation
import Processes
import TestSupport
import Testing

/// The released plugin, installed as a user does it, in the real packer.
@Suite(.timeLimit(.minutes(5)))
struct PluginInstallTests {
    private let here: TemporaryDirectory

    init() throws {
        here = try TemporaryDirectory()
    }

    private static let names = [
        "packer-builder-swift-ssh", "packer-post-processor-swift-checksum",
        "packer-provisioner-swift-file", "packer-provisioner-swift-shell",
    ]

    private func installer(_ more: [String: String] = [:]) throws -> Program {
        let environment = [
            "PACKER_PLUGIN_SWIFT": try ProjectFiles.releasedPluginSwift(), "HOME": here.path,
            "PACKER_CONFIG_DIR": "",
        ]
        return Program(
            "\(ProjectFiles.root)/scripts/plugin-install",
            environment: environment.merging(more) { $1 }
        )
    }

    private func packer(_ more: [String: String]) throws -> Program {
        let environment = [
            "HOME": here.path, "PACKER_CACHE_DIR": here["cache"], "CHECKPOINT_DISABLE": "1",
        ]
        return Program(
            try ProjectFiles.packer(),
            environment: environment.merging(more) { $1 },
            directory: here.path
        )
    }

    /// Writes a template with every component, and one without a machine.
    private func write(_ template: [String: Any], to name: String) throws -> String {
        let text = try JSONSerialization.data(withJSONObject: template)
        return try here.write([UInt8](text), to: name)
    }

    private func everything() throws -> String {
        let login: [String: Any] = [
            "type": "swift-ssh", "ssh_host": "127.0.0.1", "ssh_username": "u", "ssh_password": "p",
        ]
        let template: [String: Any] = [
            "builders": [login],
            "provisioners": [
                ["type": "swift-shell", "inline": ["true"]],
                ["type": "swift-file", "source": "/etc/passwd", "destination": "/tmp/x"],
            ],
            "post-processors": [["type": "swift-checksum"]],
        ]
        return try write(template, to: "everything.json")
    }

    private func inode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
    }

    private func kind(_ path: String) throws -> FileAttributeType? {
        try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    }

    @Test func `packer runs every component from a folder of hard links`() async throws {
        // Beside the binary, so that both are surely on one file system.
        let released = try ProjectFiles.releasedPluginSwift()
        let near = try TemporaryDirectory(
            in: URL(fileURLWithPath: released).deletingLastPathComponent().path
        )
        let folder = near["plug ins"]
        for _ in 0..<2 {
            try await installer().succeed([folder])
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(Set(names).isSuperset(of: Self.names) && !names.contains { $0.hasPrefix(".") })
            // The other layout is below, where Packer 1.6 does not look.
            for name in names where name != "github.com" {
                #expect(try inode("\(folder)/\(name)") == inode(released))
            }
        }
        let packer = try packer(["PACKER_PLUGIN_PATH": folder])
        try await packer.succeed(["validate", try everything()])
        let build = try write(
            [
                "builders": [["type": "file", "content": "x", "target": "made"]],
                "post-processors": [["type": "swift-checksum", "output": "sums"]],
            ],
            to: "build.json"
        )
        try await packer.succeed(["build", build])
        #expect(try here.read("sums") == Array("9dd4e461268c8034f5c8564e155c67a6\tmade\n".utf8))
    }

    @Test func `across file systems it copies, in place of older copies`() async throws {
        let far = try TemporaryDirectory(in: "/dev/shm")
        for _ in 0..<2 { try await installer().succeed([far["plugins"]]) }
        for name in Self.names {
            #expect(try kind("\(far["plugins"])/\(name)") == .typeRegular)
            let mode = try FileManager.default.attributesOfItem(
                atPath: "\(far["plugins"])/\(name)"
            )[.posixPermissions]
            #expect(mode as? Int == 0o755)
        }
        let packer = try packer(["PACKER_PLUGIN_PATH": far["plugins"]])
        try await packer.succeed(["validate", try everything()])
    }

    @Test func `without a folder packer 1.6 finds them at home`() async throws {
        try await installer().succeed()
        let names = try FileManager.default.contentsOfDirectory(atPath: here[".packer.d/plugins"])
        #expect(Set(names).isSuperset(of: Self.names))
        try await packer(["PACKER_CONFIG_DIR": ""]).succeed(["validate", try everything()])
    }

    @Test func `another's file is not replaced, nor anything beside it`() async throws {
        _ = try here.write(
            Array("#!/bin/sh\n".utf8),
            to: "packer-provisioner-swift-shell",
            mode: 0o755
        )
        let outcome = try await installer().run([here.path])
        #expect(outcome.end == .exited(1))
        #expect(
            outcome.errors.contains("packer-provisioner-swift-shell is there and is not our plugin")
        )
        #expect(try here.names() == ["packer-provisioner-swift-shell"])
    }
}
