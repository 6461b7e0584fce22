import Foundation
import SoakReports
import TestSupport
import Testing

@Suite("Plugins that come and go", .serialized)
struct PluginOverTimeTests {
    /// Half of them each.
    private static var count: Int { max(10, SoakScale.of(1000)) / 2 }

    @Test func `Swift's are started and ended and leave nothing behind`() async throws {
        let files = try TemporaryDirectory()
        try FileManager.default.copyItem(
            atPath: try ProjectFiles.pluginSwift(),
            toPath: files["packer-plugin-swift"]
        )
        try await run("Swift plugins found, asked, started, used and ended", in: files)
    }

    @Test func `Go's are started and ended and leave nothing behind`() async throws {
        let files = try TemporaryDirectory()
        let shell = "#!/bin/sh\nexec \(try ProjectFiles.packer()) plugin packer-provisioner-shell\n"
        try files.write(Array(shell.utf8), to: "packer-provisioner-shell", mode: 0o755)
        try await run("Go plugins found, started, used and ended", in: files)
    }

    private func run(_ what: String, in files: TemporaryDirectory) async throws {
        let count = Self.count
        // Each thread that a pool may add would bring a megabyte of its own to allocate from.
        let client = Program(
            try ProjectFiles.soakClient(),
            environment: ["MALLOC_ARENA_MAX": "1"]
        )
        let output = try await client.succeed(
            ["plugins", "\(count)", files.path],
            within: .seconds(7200)
        )
        let lines = try SoakLine.all(in: output)
        let end = try #require(lines.last?.end)
        #expect(end.wrongCount == 0, "\(end.wrong)")
        #expect(!end.hasChild)
        let run = SoakRun(lines.compactMap(\.sample))
        run.expectFlat(residentLimit: SoakRun.streamLimit)
        #expect(run.range(\.sockets) == 0...0)
        try SoakTable.write(SoakTable.overTime, [run.figures("\(count) \(what)", end)])
    }
}
