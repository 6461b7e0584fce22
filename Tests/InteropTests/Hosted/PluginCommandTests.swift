import Foundation
import Processes
import TestSupport
import Testing

/// `packer-swift plugins installed`, `describe` and `remove`.
@Suite("Commands about plugins", .timeLimit(.minutes(2)))
struct PluginCommandTests {
    private static let platform = "x5.0_linux_" + (isARM ? "arm64" : "amd64")
    private static var isARM: Bool {
        #if arch(arm64)
            true
        #else
            false
        #endif
    }

    /// A folder with our plugin as it is installed, in two versions of which one is its own.
    private func installed(_ files: TemporaryDirectory) async throws -> String {
        let source = "plugins/github.com/example/swift"
        try FileManager.default.createDirectory(
            atPath: files[source],
            withIntermediateDirectories: true
        )
        let program = try ProjectFiles.pluginSwift()
        for version in ["v0.1.0", "v0.0.9"] {
            let name = "\(source)/packer-plugin-swift_\(version)_\(Self.platform)"
            try FileManager.default.copyItem(atPath: program, toPath: files[name])
            let sum = try await Program("sha256sum").succeed([files[name]])
            try files.write(Array(sum.utf8.prefix(64)), to: "\(name)_SHA256SUM")
        }
        return files["plugins"]
    }

    private func packerSwift(_ files: TemporaryDirectory) throws -> Program {
        let home = files["home"]
        return Program(
            try ProjectFiles.packerSwift(),
            environment: ["HOME": home, "NO_COLOR": "1", "PACKER_PLUGIN_PATH": ""],
            directory: files.path
        )
    }

    @Test func `what is there is said, and which is used`() async throws {
        let files = try TemporaryDirectory()
        let folder = try await installed(files)
        try files.write([], to: "plugins/packer-provisioner-broken", mode: 0o644)
        let outcome = try await packerSwift(files)
            .run(["plugins", "installed", "-plugin-path", folder])
        #expect(outcome.end == .exited(0))
        let path = "\(folder)/github.com/example/swift/packer-plugin-swift"
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.first.map(String.init) == "\(path)_v0.1.0_\(Self.platform)")
        let all = outcome.output + outcome.errors
        #expect(all.contains("\(path)_v0.0.9_\(Self.platform) is not used: "))
        #expect(all.contains("packer-provisioner-broken is not used: it may not be executed"))
    }

    @Test func `a plugin says what it has; one whose checksum is wrong is not asked`()
        async throws
    {
        let files = try TemporaryDirectory()
        let folder = try await installed(files)
        let arguments = ["plugins", "describe", "-schema", "-plugin-path", folder, "swift"]
        let output = try await packerSwift(files).succeed(arguments)
        #expect(output.contains("version 0.1.0, API x5.0"))
        #expect(output.contains("  provisioner swift-shell\n"))
        #expect(output.contains("  inline  list(string)\n"))
        #expect(output.contains("  datasource swift-file\n"))

        let name = "plugins/github.com/example/swift/packer-plugin-swift_v0.1.0_\(Self.platform)"
        try files.write(Array(repeating: 0x30, count: 64), to: "\(name)_SHA256SUM")
        let outcome = try await packerSwift(files).run(arguments)
        #expect(outcome.end == .exited(1))
        let said = outcome.output + outcome.errors
        #expect(said.contains("its SHA-256 is "), "\(said)")
        #expect(!said.contains("provisioner swift-shell"))
    }

    @Test func `for who is not root a plugin's folder goes too, with what may not be written`()
        async throws
    {
        let files = try TemporaryDirectory()
        let script = """
            #!/bin/sh
            mkdir -p "$TMPDIR/a/b"; echo own > "$HOME/own"; chmod 400 "$HOME/own"
            ln "$HOME/own" "$TMPDIR/a/own"; chmod 500 "$TMPDIR/a"; echo "$TMPDIR" > "$HOME/seen"
            echo '{"version":"1.0.0","sdk_version":"0.1.0","api_version":"x5.0","builders":[],"post_processors":[],"provisioners":[],"datasources":[]}'
            """
        try files.write(Array(script.utf8), to: "packer-plugin-leaving", mode: 0o755)
        try FileManager.default.copyItem(
            atPath: try ProjectFiles.packerSwift(),
            toPath: files["packer-swift"]
        )
        let command = """
            set -e; cd "$0"; mkdir home; chown -R 65534:65534 .; chmod 755 .
            HOME="$0/home" exec setpriv --reuid 65534 --regid 65534 --clear-groups \
                ./packer-swift plugins describe -plugin-path "$0" leaving
            """
        _ = try await Program("sh").succeed(["-c", command, files.path])
        let seen = String(decoding: try files.read("home/seen"), as: UTF8.self)
        #expect(seen.contains("/packer-swift-"), "\(seen)")
        #expect(!FileManager.default.fileExists(atPath: String(seen.dropLast())))
        let attributes = try FileManager.default.attributesOfItem(atPath: files["home/own"])
        #expect(attributes[.posixPermissions] as? Int == 0o400)
    }

    @Test func `a version is removed with its checksum; none is not`() async throws {
        let files = try TemporaryDirectory()
        let folder = try await installed(files)
        let remove = ["plugins", "remove", "-plugin-path", folder, "github.com/example/swift"]
        let wrong = try await packerSwift(files).run(remove + ["7.0.0"])
        #expect(wrong.end == .exited(1))
        #expect((wrong.output + wrong.errors).contains("there are 0.0.9, 0.1.0"))
        // A part of a source names the plugins of others too.
        for part in ["swift", "example/swift", "plugins", "github.com/example", "b.com/a/swift"] {
            let outcome = try await packerSwift(files)
                .run(["plugins", "remove", "-plugin-path", folder, part])
            #expect(outcome.end == .exited(1), "\(part)")
        }

        let output = try await packerSwift(files).succeed(remove + ["v0.0.9"])
        #expect(output.contains("packer-plugin-swift_v0.0.9_\(Self.platform)\n"))
        let left = try FileManager.default
            .contentsOfDirectory(atPath: "\(folder)/github.com/example/swift").sorted()
        let name = "packer-plugin-swift_v0.1.0_\(Self.platform)"
        #expect(left == [name, "\(name)_SHA256SUM"])

        _ = try await packerSwift(files).succeed(
            [
                "plugins", "remove", "-plugin-path", folder,
                "\(folder)/github.com/example/swift/\(name)",
            ]
        )
        let rest = try FileManager.default
            .contentsOfDirectory(atPath: "\(folder)/github.com/example/swift")
        #expect(rest.isEmpty)
    }
}
