import Foundation
import PluginHost
import Processes
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The folder of a plugin, and who removes it.
@Suite(.timeLimit(.minutes(2))) struct PluginWatcherTests {
    private let said = LockedValue<[String]>([])

    private func start() async throws -> PluginWatcher {
        try await PluginWatcher.start { [said] text in said.withLock { $0.append(text) } }
    }

    @Test func `what was left of a plugin is the watcher's to end`() async throws {
        let watcher = try await start()
        let folder = watcher.folder.path
        let mark = Array("TMPDIR=\(folder)".utf8)
        let child = try await ChildProcess.spawn(
            ProcessSpecification(
                executable: Array("/bin/sh".utf8),
                arguments: [
                    Array("-c".utf8),
                    Array(
                        "setsid sh -c 'trap \"\" TERM; echo $$; while :; do sleep 9; done' &".utf8
                    ),
                ],
                environment: [Array("PATH=/usr/bin:/bin".utf8), mark]
            )
        )
        let daemon = String(
            decoding: try #require(await child.standardOutput?.read()),
            as: UTF8.self
        )
        #expect(try await child.wait() == .exited(0))
        #expect(try isRunning(daemon))
        await watcher.finish(.left)
        #expect(try !isRunning(daemon))
        #expect(!FileManager.default.fileExists(atPath: folder))
        #expect(said.withLock { $0 } == [])
    }

    @Test func `a folder goes though its watcher was killed`() async throws {
        let watcher = try await start()
        let folder = watcher.folder.path
        _ = try await Program("pkill").succeed(["-KILL", "-f", "packer-swift-watcher \(folder)"])
        try await eventually("the watcher's end") {
            try await Program("pgrep").run(["-f", "packer-swift-watcher \(folder)"]).end
                == .exited(1)
        }
        #expect(FileManager.default.fileExists(atPath: folder))
        await watcher.finish(.none)
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test func `a watcher whose pipe is full is not waited for`() async throws {
        let watcher = try await start()
        let folder = watcher.folder.path
        let number = try await Program("pgrep").succeed(["-f", "packer-swift-watcher \(folder)"])
        // Until nothing more goes in.
        let filling = """
            kill -STOP $0
            dd if=/dev/zero of=/proc/$0/fd/0 bs=4096 count=64 oflag=nonblock 2>/dev/null || true
            """
        _ = try await Program("sh").succeed(["-c", filling, String(number.dropLast())])
        await watcher.finish(.gone)
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test func `a watcher that was stopped goes on`() async throws {
        let watcher = try await start()
        let folder = watcher.folder.path
        _ = try await Program("pkill").succeed(["-STOP", "-f", "packer-swift-watcher \(folder)"])
        await watcher.finish(.none)
        #expect(!FileManager.default.fileExists(atPath: folder))
        #expect(said.withLock { $0 } == [])
    }

    @Test(arguments: ["/in it/m", ""])
    func `what is mounted in a folder is not emptied, but told of`(below: String) async throws {
        let watcher = try await start()
        let folder = watcher.folder.path
        let files = try TemporaryDirectory()
        try files.write(Array("precious".utf8), to: "file")
        let place = folder + below
        _ = try await Program("sh").succeed(
            ["-c", "set -e; mkdir -p \"$1\"; mount --bind \"$0\" \"$1\"", files.path, place]
        )
        await watcher.finish(.none)
        _ = try await Program("umount").succeed([place])
        #expect(try files.read("file") == Array("precious".utf8))
        let text = said.withLock { $0.joined() }
        #expect(text.contains("\(folder) cannot be removed: something is mounted there"), "\(text)")
        try FileManager.default.removeItem(atPath: folder)
    }
}
