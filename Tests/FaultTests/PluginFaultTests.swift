import Foundation
import Processes
import TestSupport
import Testing

/// Plugins that do not become one, that fail at work, and a host that is killed.
@Suite("Rows 41 to 53: plugins and their host", .timeLimit(.minutes(5)))
struct PluginFaultTests {
    /// Runs a build with one provisioner whose plugin is a script.
    private func build(
        _ row: Row,
        _ fixture: BuildFixture,
        plugin script: String,
        named name: String = "played",
        options: [String: Any] = [:],
        at marker: String? = nil,
        fault: @escaping @Sendable (RunningProgram) async throws -> Void = { _ in }
    ) async throws -> Row.Ended {
        let folder = fixture.files["plugins"]
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755]
        )
        try fixture.files.write(
            Array("#!/bin/sh\n\(script)\n".utf8),
            to: "plugins/packer-provisioner-\(name)",
            mode: 0o755
        )
        return try await row.build(
            fixture,
            [["type": name].merging(options) { $1 }],
            at: marker,
            environment: ["PACKER_PLUGIN_PATH": folder, "PACKER_FAULT_TOKEN": row.token],
            fault: fault
        )
    }

    private static let shell = "exec /usr/bin/packer plugin packer-provisioner-shell"

    /// The plugin with the row's token, by its command line.
    private func plugin(of row: Row, called name: String) throws -> Int32 {
        let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc")
        for number in processes.compactMap(Int32.init) {
            func has(_ file: String, _ text: String) -> Bool {
                let bytes = FileManager.default.contents(atPath: "/proc/\(number)/\(file)")
                return bytes.map { String(decoding: $0, as: UTF8.self).contains(text) } == true
            }
            if has("environ", row.token), has("cmdline", name) { return number }
        }
        throw Missing(description: "no process \(name) with \(row.token)")
    }

    private struct Missing: Error, CustomStringConvertible { let description: String }

    @Test(arguments: [
        (41, "ends with status 3 before its handshake", "exit 3", "exit status 3"),
        (41, "crashes before its handshake", "kill -SEGV $$", "signal 11 (segmentation fault)"),
        (
            42, "says a bad line, while a grandchild holds its output",
            "sleep 300 & echo hello; sleep 300", "no handshake: \"hello\""
        ),
        (
            43, "says 200 MB without a newline", "head -c 200000000 /dev/zero; sleep 300",
            "more than 4096 bytes"
        ),
        (
            44, "says nothing", "sleep 300 & sleep 300",
            "it did not say in time where it listens"
        ),
        (
            45, "names a socket that is not there", "echo '5|unix|'$TMPDIR'/none'; sleep 300",
            "there is no socket at"
        ),
    ])
    func `a program that does not become a plugin is named with what was found`(
        number: Int,
        fault: String,
        script: String,
        words: String
    ) async throws {
        try await row(
            number,
            fault: "a plugin \(fault)",
            promise: "the build fails, and names the plugin and what was found",
            bound: number == 44 ? .seconds(12) : .seconds(2)
        ) { row in
            try await withBuildFixture { fixture in
                let ended = try await build(row, fixture, plugin: script)
                row.expect(ended.hasFailed, "ends with exit code 1", ended.said)
                row.expect(
                    ended.said.contains("packer-provisioner-played") && ended.said.contains(words),
                    "names the plugin and what was found",
                    ended.said
                )
                try await row.expectClean(fixture, ended)
            }
        }
    }

    @Test(arguments: [(SIGKILL, "killed"), (SIGSTOP, "stopped")])
    func `a plugin that goes in the middle of its work is named`(
        signal: Int32,
        what: String
    ) async throws {
        try await row(
            46,
            fault: "a plugin is \(what) while its script runs",
            promise: "the build fails, and names the plugin",
            bound: signal == SIGKILL ? .seconds(1) : .seconds(30)
        ) { row in
            try await withBuildFixture { fixture in
                let ended = try await build(
                    row,
                    fixture,
                    plugin: Self.shell,
                    named: "shell",
                    options: ["inline": ["echo begun; sleep 300"]],
                    at: "begun"
                ) { _ in
                    kill(try plugin(of: row, called: "packer-provisioner-shell"), signal)
                }
                row.expect(ended.hasFailed, "ends with exit code 1", ended.said)
                row.expect(
                    ended.said.contains("plugin packer-provisioner-shell"),
                    "names the plugin",
                    ended.said
                )
                try await row.expectClean(fixture, ended)
            }
        }
    }

    @Test func `a plugin's daemon ends with the build`() async throws {
        try await row(
            47,
            fault: "a plugin has a daemon that ignores TERM",
            promise: "it ends with the build",
            bound: .seconds(6)
        ) { row in
            try await withBuildFixture { fixture in
                let daemon =
                    "(setsid sh -c 'trap \"\" TERM; while :; do sleep 9; done' >/dev/null &)"
                let ended = try await build(
                    row,
                    fixture,
                    plugin: "\(daemon)\n\(Self.shell)",
                    named: "shell",
                    options: ["inline": ["true"]]
                )
                row.expect(ended.hasSucceeded, "the build succeeds", ended.said)
                try await row.expectClean(fixture, ended)
            }
        }
    }

    @Test func `plugins end with a host that is killed`() async throws {
        try await row(
            48,
            fault: "the host is killed while a plugin's script runs",
            promise: "no plugin and no child is left after 2 s",
            bound: .seconds(2)
        ) { row in
            try await withBuildFixture { fixture in
                let ended = try await build(
                    row,
                    fixture,
                    plugin: "sleep 300 &\n\(Self.shell)",
                    named: "shell",
                    options: ["inline": ["echo begun; sleep 300"]],
                    at: "begun"
                ) { running in
                    running.signalProcess(SIGKILL)
                }
                row.expect(ended.end == .signaled(SIGKILL), "it is killed", ended.said)
                // What it left in its temporary folder is nobody's to remove.
                try FileManager.default.removeItem(atPath: fixture.files["tmp"])
                try FileManager.default.createDirectory(
                    atPath: fixture.files["tmp"],
                    withIntermediateDirectories: false
                )
                try await row.expectClean(fixture, ended)
            }
        }
    }

    @Test func `plugins in the working directory are not run`() async throws {
        try await row(
            52,
            fault: "a file packer-provisioner-shell lies in the working directory",
            promise: "it is told of, and not run",
            bound: .seconds(10)
        ) { row in
            try await withBuildFixture { fixture in
                try fixture.files.write(
                    Array("#!/bin/sh\ntouch \(fixture.files["ran"])\nexit 1\n".utf8),
                    to: "packer-provisioner-shell",
                    mode: 0o755
                )
                let ended = try await row.build(fixture, [row.script(["true"])])
                row.expect(ended.hasSucceeded, "the build succeeds", ended.said)
                let hasRun = FileManager.default.fileExists(atPath: fixture.files["ran"])
                row.expect(!hasRun, "it is not run", ended.said)
                row.expect(ended.said.contains("-plugin-path ."), "it is told of", ended.said)
                try await row.expectClean(fixture, ended)
            }
        }
    }
}
