import Foundation
import TestSupport
import Testing

/// What a plugin leaves behind whose host is killed, in processes of their own.
@Suite(.timeLimit(.minutes(2))) struct KilledHostTests {
    private let here: TemporaryDirectory

    init() throws {
        here = try TemporaryDirectory()
    }

    /// A host of Go's libraries, and a plugin of ours with a place of its own for temporary files.
    private func host(_ kind: String, _ plugin: String, _ name: String) async throws -> LinePeer {
        let folder = here["temporary"]
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return try await LinePeer(
            "plugin-host",
            [kind, "/usr/bin/env", "TMPDIR=\(folder)", plugin, "start", kind, name]
        )
    }

    private func prepare(_ host: LinePeer, _ options: [String: Any]) throws {
        let list = try JSONSerialization.data(withJSONObject: [options])
        _ = try host.ask("prepare", String(decoding: list, as: UTF8.self))
    }

    /// Waits for a file, and reads it.
    private func file(_ name: String, within limit: Duration = .seconds(15)) async throws -> String
    {
        try await eventually("the file \(name)", within: limit) {
            FileManager.default.fileExists(atPath: here[name])
        }
        return String(decoding: try here.read(name), as: UTF8.self)
    }

    private func expectNothingLeft(of process: String) async throws {
        try await eventually("the end of the plugin", within: .seconds(45)) {
            try !isRunning(process)
        }
        try await eventually("the end of its files") {
            try FileManager.default.contentsOfDirectory(atPath: here["temporary"]) == []
        }
    }

    @Test func `a clean-up that has begun goes on to its end`() async throws {
        try await Program("mkfifo").succeed([here["go"]])
        let host = try await host("builder", try ProjectFiles.pluginTest(), "steps")
        try prepare(host, ["folder": here.path])
        try host.send("cancel", here["began"])
        _ = try await file("cleaning")
        let process = try await file("began")
        host.kill()
        #expect(try isRunning(process), "the clean-up was cut off")
        try await Program("sh").succeed(["-c", ": >'\(here["go"])'"])
        _ = try await file("cleaned")
        try await expectNothingLeft(of: process)
    }

    @Test func `a terminal that is closed ends the host, and not the clean-up`() async throws {
        try await Program("mkfifo").succeed([here["go"]])
        let host = try await host("builder", try ProjectFiles.pluginTest(), "steps")
        try prepare(host, ["folder": here.path])
        try host.send("run", "")
        let process = try await file("began")
        // The terminal tells all of its processes.
        kill(try #require(Int32(process)), SIGHUP)
        host.kill()
        _ = try await file("cleaning")
        try await Program("sh").succeed(["-c", ": >'\(here["go"])'"])
        _ = try await file("cleaned")
        try await expectNothingLeft(of: process)
    }

    @Test func `work that nobody cancelled is cancelled, and cleaned up`() async throws {
        try await Program("mkfifo").succeed([here["go"]])
        let host = try await host("builder", try ProjectFiles.pluginTest(), "steps")
        try prepare(host, ["folder": here.path])
        try host.send("run", "")
        let process = try await file("began")
        host.kill()
        _ = try await file("cleaning")
        try await Program("sh").succeed(["-c", ": >'\(here["go"])'"])
        _ = try await file("cleaned")
        try await expectNothingLeft(of: process)
    }

    @Test func `a script on this machine is ended, and its file removed`() async throws {
        let host = try await host("provisioner", try ProjectFiles.pluginSwift(), "shell-local")
        // A file by its name is whole.
        let text = """
            cd '\(here.path)'; echo $PPID >p; echo $$ >s; mv p parent; mv s script; sleep 1000 & wait
            """
        try prepare(host, ["inline": [text]])
        try host.send("run", "")
        let script = try await file("script")
        let parent = try await file("parent")
        host.kill()
        for process in [script, parent] { try await expectNothingLeft(of: process) }
    }
}
