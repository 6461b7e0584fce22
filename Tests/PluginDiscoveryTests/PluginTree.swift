import Communicator
import Foundation
import PackerRPC
import PluginDiscovery
import Processes
import TestSupport

/// A folder of plugins that a test fills, with scripts for plugins.
struct PluginTree: Sendable {
    /// The folder, real and removed with the tree.
    let directory: TemporaryDirectory
    /// The folders of a sound plugin.
    static let source = "github.com/example/demo"

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// The name of a sound plugin for this machine.
    static func name(
        _ plugin: String = "demo",
        version: String = "v1.2.3",
        api: String = "x5.0",
        platform: String = "\(PluginPlatform.current)"
    ) -> String {
        "packer-plugin-\(plugin)_\(version)_\(api)_\(platform)"
    }

    /// A script that prints a description, which only `describe` gets.
    static func script(
        version: String = "1.2.3",
        api: String? = "x5.0",
        protocolVersion: String? = "v2",
        builders: [String] = ["box"]
    ) -> String {
        var description = PluginDescription(
            version: version,
            sdkVersion: "0.1.0",
            builders: builders
        )
        description.apiVersion = api
        description.protocolVersion = protocolVersion
        let text = String(decoding: description.encoded, as: UTF8.self)
        return "#!/bin/sh\n[ \"$*\" = describe ] || exit 9\ncat <<'END'\n\(text)END\n"
    }

    /// Writes a plugin, and its checksum where one is looked for.
    func write(
        _ script: String = script(),
        as name: String = name(),
        in folder: String = source,
        mode: Int = 0o755,
        hasChecksum: Bool = true
    ) throws {
        let path = folder.isEmpty ? name : "\(folder)/\(name)"
        try makeFolder(folder)
        try directory.write(Array(script.utf8), to: path, mode: mode)
        if hasChecksum {
            try write(checksum: try checksum(of: script), of: path)
        }
    }

    func write(checksum: String, of path: String) throws {
        try directory.write(Array(checksum.utf8), to: "\(path)_SHA256SUM", mode: 0o644)
    }

    func makeFolder(_ folder: String) throws {
        guard !folder.isEmpty else { return }
        try FileManager.default.createDirectory(
            atPath: directory[folder],
            withIntermediateDirectories: true
        )
    }

    /// The SHA-256 of a text, by a program of this machine.
    private func checksum(of text: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = ["dgst", "-sha256", "-r"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try input.fileHandleForWriting.close()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: said.prefix(64), as: UTF8.self)
    }

    /// What the lint finds in the folder.
    func reports(limit: Duration = .seconds(30)) async throws -> [PluginReport] {
        // A script that was just written cannot be run while another child still holds it open.
        await ChildProcess.waitForStarts()
        return try await PluginLint(limit: limit).reports(
            on: PluginFolder(BytePath(directory.path))
        )
    }
}
