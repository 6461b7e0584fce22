import Foundation
import Processes
import TestSupport
import Testing

/// `packer-swift plugins lint`, as a person or a build server runs it.
@Suite(.timeLimit(.minutes(5)))
struct PluginLintTests {
    private let here: TemporaryDirectory
    private let lint: Program
    /// A name that every Packer since 1.7 takes on such a machine, but for the version.
    private let name: String

    init() throws {
        here = try TemporaryDirectory()
        lint = Program(try ProjectFiles.packerSwift(), ["plugins", "lint"])
        #if arch(x86_64)
            let machine = "amd64"
        #else
            let machine = "arm64"
        #endif
        #if os(Linux)
            name = "packer-plugin-demo_v1.0.0_x5.0_linux_\(machine)"
        #else
            name = "packer-plugin-demo_v1.0.0_x5.0_darwin_\(machine)"
        #endif
    }

    /// Installs the plugin as a user does it.
    private func install(_ folder: String) async throws {
        let installer = Program(
            "\(ProjectFiles.root)/scripts/plugin-install",
            environment: ["PACKER_PLUGIN_SWIFT": try ProjectFiles.releasedPluginSwift()]
        )
        try await installer.succeed([folder])
    }

    private func write(_ script: String, to name: String) throws -> String {
        let text = Array("#!/bin/sh\n\(script)\n".utf8)
        return try here.write(text, to: name, mode: 0o755)
    }

    @Test func `finds no fault with what make plugin-install leaves`() async throws {
        let plugins = here["plugins"]
        try await install(plugins)
        let output = try await lint.succeed([plugins])
        #expect(output.hasSuffix("\n6 files, no defects\n"), "\(output)")
        let lines = output.split(separator: "\n")
        let old = lines.filter { $0.hasSuffix(": found by Packer 1.6, 1.7-1.8, 1.9-1.10") }
        #expect(old.count == 5)
        let new = lines.filter { $0.hasSuffix("64: found by Packer 1.7-1.8, 1.9-1.10, 1.11+") }
        #expect(new.count == 1, "\(output)")
        // The same file alone, from its own folder.
        var alone = lint
        alone.directory = "\(plugins)/github.com/example/swift"
        let file = try #require(
            try FileManager.default.contentsOfDirectory(atPath: alone.directory ?? "").sorted()
                .first
        )
        #expect(try await alone.succeed([file]).hasSuffix("1 file, no defects\n"))
    }

    @Test func `names each defect on a line with who minds it and what to do`() async throws {
        _ = try write("exit 3", to: "packer-plugin-demo")
        let sum = try here.write([], to: "packer-plugin-demo_SHA256SUM")
        let outcome = try await lint.run([here.path])
        #expect(outcome.end == .exited(1))
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count == 3, "\(outcome.output)")
        let who = "Packer 1.6, 1.7-1.8, 1.9-1.10 ends with an error"
        #expect(lines[0].hasPrefix("\(here["packer-plugin-demo"]): defect: describe: "))
        #expect(lines[0].contains("describe ended with 3 (\(who)"))
        #expect(lines[1].hasPrefix("\(sum): defect: checksum-place: ") && lines[1].contains(who))
        #expect(lines[2] == "2 files, 2 defects")
    }

    @Test func `gives machines an event for each finding`() async throws {
        _ = try write("exit 3", to: "packer-plugin-a,b")
        for arguments in [["-machine-readable", here.path], [here.path, "--machine-readable"]] {
            let outcome = try await lint.run(arguments)
            #expect(outcome.end == .exited(1))
            let lines = outcome.output.split(separator: "\n")
            #expect(lines.count == 2, "\(outcome.output)")
            let path = "\(here.path)/packer-plugin-a%!(PACKER_COMMA)b"
            #expect(lines[0].contains(",,plugins-lint,\(path),defect,describe,Packer 1.6"))
            #expect(lines[1].hasSuffix(",,plugins-lint-summary,1,1"))
        }
    }

    @Test(arguments: [
        ("", 2), ("a b", 2), ("-nosuch a", 2), ("/nonexistent/plugins", 2), ("-help", 0), (".", 1),
        ("README", 1),
    ])
    func `tells wrong arguments from defects`(arguments: String, status: Int32) async throws {
        var lint = lint
        lint.directory = here.path
        // An empty folder is no folder of plugins, and this is no plugin.
        if arguments == "README" { try here.write([], to: "README") }
        let outcome = try await lint.run(arguments.split(separator: " ").map(String.init))
        #expect(outcome.end == .exited(status), "\(outcome.output) \(outcome.errors)")
        #expect(!(outcome.output + outcome.errors).isEmpty)
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `a signal ends the plugin that is being asked, too`(number: Int32) async throws {
        let pid = here["pid"]
        let plugin = try write(
            "echo $$ >'\(pid).new'; mv '\(pid).new' '\(pid)'; exec sleep 300",
            to: name
        )
        let here = here
        let outcome = try await lint.run([plugin]) { running in
            try await eventually("the plugin's start") { try here.names().contains("pid") }
            running.signalProcess(number)
        }
        #expect(outcome.end == .exited(1))
        #expect(outcome.output.contains("Cancelling after receiving"), "\(outcome.output)")
        #expect(try !isRunning(String(decoding: here.read("pid"), as: UTF8.self)))
    }

    @Test func `shows what is in a name, and lets it steer nothing`() async throws {
        _ = try write("exit 3", to: "packer-plugin-a\u{1B}[2J\u{202E}\nfound by Packer")
        let outcome = try await lint.run([here.path], terminal: .init())
        #expect(outcome.end == .exited(1))
        #expect(outcome.output.contains("packer-plugin-a\\u{1b}[2J\\u{202e}\\nfound"))
        #expect(!outcome.output.contains("\u{1B}[2J") && !outcome.output.contains("\u{202E}"))
    }

    @Test func `reads no pipe and follows no loop`() async throws {
        try here.makeFIFO("packer-plugin-pipe")
        try FileManager.default.createSymbolicLink(
            atPath: here["loop"],
            withDestinationPath: "."
        )
        let outcome = try await lint.run([here.path])
        #expect(outcome.end == .exited(1))
        #expect(outcome.output.contains("regular-file: it is a FIFO"), "\(outcome.output)")
        #expect(outcome.output.contains("folder-link: "))
        #expect(outcome.output.hasSuffix("2 files, 2 defects\n"))
    }

    @Test func `what packer ends at without a word is named`() async throws {
        // The real Packer 1.6.6 and the lint look at one folder.
        let plugins = here["plugins"]
        try await install(plugins)
        let packer = Program(
            try ProjectFiles.packer(),
            environment: [
                "HOME": here.path, "CHECKPOINT_DISABLE": "1", "PACKER_PLUGIN_PATH": plugins,
                "PACKER_CONFIG_DIR": "",
            ],
            directory: here.path
        )
        try await packer.succeed(["version"])
        try here.write([], to: "plugins/packer-plugin-swift_SHA256SUM")
        #expect(try await packer.run(["version"]).end == .exited(1))
        let outcome = try await lint.run([plugins])
        #expect(outcome.output.contains("defect: checksum-place: "), "\(outcome.output)")
    }
}
