import Foundation
import PackerRPC
@testable import PluginHost
import Processes
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Plugins, and a host, that run out of something (rows 47, 53 and 54).
@Suite(.timeLimit(.minutes(3))) struct ResourceFaultTests {
    private func starts(in environment: [String: String]) async throws -> String {
        let watcher = try await PluginWatcher.start(environment: environment, warn: { _ in })
        let path = watcher.folder.path
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.type] as? FileAttributeType == .typeDirectory)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
        await watcher.finish(.none)
        #expect(!FileManager.default.fileExists(atPath: path))
        return path
    }

    @Test func `row 54: a temporary folder that cannot be used is passed over`() async throws {
        let files = try TemporaryDirectory()
        let long = files[String(repeating: "long", count: 20)]
        try FileManager.default.createDirectory(atPath: long, withIntermediateDirectories: false)
        let open = "/tmp/pst-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: open, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: open) }
        _ = try await Program("chmod").succeed(["777", open])
        let lines = files["two\nlines"]
        try FileManager.default.createDirectory(atPath: lines, withIntermediateDirectories: false)
        let link = files["link"]
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: lines)
        for unusable in ["\(open)-none", "relative", "/proc", long, open, lines, link] {
            let path = try await starts(in: ["TMPDIR": unusable])
            #expect(path.hasPrefix("/tmp/packer-swift-"), "\(unusable): \(path)")
        }
    }

    @Test func `row 54: one that somebody else could change is passed over`() async throws {
        let over = "/tmp/pst-\(UInt32.random(in: 0 ... .max))"
        let place = "\(over)/t"
        defer { try? FileManager.default.removeItem(atPath: over) }
        try FileManager.default.createDirectory(
            atPath: place,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755]
        )
        #expect(try await starts(in: ["TMPDIR": place]).hasPrefix(place))
        for (change, back) in [
            (["chown", "12345", place], ["chown", "0", place]),
            (["chown", "12345", over], ["chown", "0", over]),
            (["chmod", "g+w", place], ["chmod", "g-w", place]),
            (["chmod", "g+w", over], ["chmod", "g-w", over]),
        ] {
            _ = try await Program(change[0]).succeed(Array(change.dropFirst()))
            let path = try await starts(in: ["TMPDIR": place])
            #expect(path.hasPrefix("/tmp/packer-swift-"), "\(change): \(path)")
            _ = try await Program(back[0]).succeed(Array(back.dropFirst()))
        }
        _ = try await Program("chmod").succeed(["1777", place])
        #expect(try await starts(in: ["TMPDIR": place]).hasPrefix(place))
    }

    @Test func `row 54: a short folder of one's own is used`() async throws {
        let own = "/tmp/pst-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(
            atPath: own,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        defer { try? FileManager.default.removeItem(atPath: own) }
        #expect(try await starts(in: ["TMPDIR": own]).hasPrefix("\(own)/packer-swift-"))
    }

    @Test func `row 54: a full or read-only one is passed over`() async throws {
        // A namespace of its own, where something may be mounted.
        let script = """
            set -e
            mkdir /tmp/pst-mnt-$$; mount -t tmpfs -o size=64k,mode=700 none /tmp/pst-mnt-$$
            cat /dev/zero > /tmp/pst-mnt-$$/fill 2>/dev/null || true
            export TMPDIR=/tmp/pst-mnt-$$
            "$0" build -isolate "$1"
            rm /tmp/pst-mnt-$$/fill; mount -o remount,ro none /tmp/pst-mnt-$$
            "$0" build -isolate "$1"
            umount /tmp/pst-mnt-$$; rmdir /tmp/pst-mnt-$$
            """
        let files = try TemporaryDirectory()
        let output = try await Program("unshare").succeed(
            ["-m", "sh", "-c", script, try ProjectFiles.packerSwift(), try template(files)]
        )
        #expect(output.components(separatedBy: "it runs").count == 3, "\(output)")
    }

    private func template(_ files: TemporaryDirectory) throws -> String {
        let text = """
            {"builders": [{"type": "null", "communicator": "none"}],
             "provisioners": [{"type": "shell-local", "inline": ["echo it runs"]}]}
            """
        return try files.write(Array(text.utf8), to: "template.json")
    }

    @Test(arguments: [24, 40, 64])
    func `row 53: with few descriptors a build works, or says what is missing`(limit: Int)
        async throws
    {
        let files = try TemporaryDirectory()
        let outcome = try await Program("sh").run(
            [
                "-c", "ulimit -n \(limit); exec \"$0\" build -isolate \"$1\"",
                try ProjectFiles.packerSwift(), try template(files),
            ]
        )
        let said = outcome.output + outcome.errors
        print("row 53: with \(limit) descriptors \(outcome.end)")
        guard outcome.end != .exited(0) else {
            #expect(said.contains("it runs"), "\(said)")
            return
        }
        #expect(outcome.end == .exited(1), "\(said)")
        #expect(said.contains("Too many open files"), "\(said)")
    }

    @Test func `row 47: one that something outside has killed is told of as that`() async throws {
        let killed = PlayedPlugin.script("kill -KILL $$")
        let failure = try #require(try await PlayedPlugin.failure(killed))
        #expect(failure.end == .signaled(9))
        #expect(failure.remedy.contains("dmesg"), "\(failure)")
    }

    @Test func `row 47: one that holds a child by ptrace takes it along`() async throws {
        let files = try TemporaryDirectory()
        let holding = """
            import ctypes, os, signal, time
            pid = os.fork()
            if pid == 0:
                ctypes.CDLL(None).ptrace(0, 0, 0, 0)
                os.kill(os.getpid(), signal.SIGSTOP)
                time.sleep(300)
            os.waitpid(pid, os.WUNTRACED)
            open("\(files["child"])", "w").write(str(pid))
            print("no plugin", flush=True)
            time.sleep(300)
            """
        let path = try files.write(Array(holding.utf8), to: "holding.py")
        let launch = PlayedPlugin.script("exec python3 \(path)")
        #expect(try await PlayedPlugin.failure(launch)?.code == .handshake)
        #expect(try !isRunning(String(decoding: files.read("child"), as: UTF8.self)))
    }

    @Test func `row 47: one that starts as many processes as it may leaves none`() async throws {
        let files = try TemporaryDirectory()
        try await withGroup("pids") { group in
            let filling = """
                echo $$ > \(group)/cgroup.procs; echo 20 > \(group)/pids.max
                while :; do sleep 300 & echo $! >> \(files["children"]); done
                """
            let failure = try #require(
                try await PlayedPlugin.failure(PlayedPlugin.script(filling))
            )
            #expect(failure.end != nil, "\(failure)")
            let children = String(decoding: try files.read("children"), as: UTF8.self)
                .split(separator: "\n")
            #expect(children.count > 10)
            for child in children { #expect(try !isRunning(String(child))) }
        }
    }

    @Test func `row 47: what takes every process there may be is ended by the watcher too`()
        async throws
    {
        let watcher = try await PluginWatcher.start { _ in }
        let folder = watcher.folder.path
        let child = try await ChildProcess.spawn(
            ProcessSpecification("/bin/sh", ["-c", "trap '' TERM; echo ready; exec sleep 300"])
        )
        #expect(try await child.standardOutput?.read() == Array("ready\n".utf8))
        await watcher.watch(child)
        let number = try await Program("pgrep").succeed(["-f", "packer-swift-watcher \(folder)"])
        try await withGroup("pids") { group in
            let command = """
                set -e; echo $0 > \(group)/cgroup.procs; echo $1 > \(group)/cgroup.procs
                echo 2 > \(group)/pids.max
                """
            _ = try await Program("sh").succeed(
                ["-c", command, "\(child.processID)", String(number.dropLast())]
            )
            await watcher.finish(.left)
            #expect(try await child.wait() == .signaled(SIGKILL))
        }
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test func `row 47: one that takes all memory of its group is told of as that`() async throws {
        try await withGroup("memory") { group in
            let name = group.contains("/memory/") ? "memory.limit_in_bytes" : "memory.max"
            let eating = """
                echo $$ > \(group)/cgroup.procs; echo 67108864 > \(group)/\(name)
                exec python3 -c 'b = []
                while True: b.append(bytearray(1 << 22))'
                """
            let failure = try #require(
                try await PlayedPlugin.failure(PlayedPlugin.script(eating))
            )
            #expect(failure.end == .signaled(9), "\(failure)")
            #expect(failure.remedy.contains("want of memory"), "\(failure)")
        }
    }

    /// A control group of the test's own, of either version.
    private func withGroup(
        _ controller: String,
        _ body: (String) async throws -> Void
    ) async throws {
        let root = "/sys/fs/cgroup"
        let isSecond = FileManager.default.fileExists(atPath: "\(root)/cgroup.controllers")
        let parent = isSecond ? root : "\(root)/\(controller)"
        let group = "\(parent)/packer-swift-test-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(
            atPath: group,
            withIntermediateDirectories: false
        )
        do {
            try await body(group)
        } catch {
            _ = unsafe rmdir(group)
            throw error
        }
        // The last of its processes may be a moment from leaving it.
        try await eventually("the end of \(group)") { unsafe rmdir(group) == 0 }
    }
}
