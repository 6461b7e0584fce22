import PluginHost
import Processes
import TestSupport
import Testing

/// Programs that are started as plugins and do not become one.
@Suite(.timeLimit(.minutes(2))) struct HandshakeFaultTests {
    @Test(arguments: [
        ("echo on my way; exit 3", ChildProcess.End.exited(3), "exit status 3"),
        ("echo oh no >&2; kill -SEGV $$", .signaled(11), "signal 11 (segmentation fault)"),
    ])
    func `row 41: one that ends first says how it ended, and its last words`(
        script: String,
        end: ChildProcess.End,
        words: String
    ) async throws {
        let failure = try #require(try await PlayedPlugin.failure(PlayedPlugin.script(script)))
        let isGarbage = script.hasPrefix("echo on")
        #expect(failure.code == (isGarbage ? .handshake : .exitedBeforeHandshake))
        #expect(failure.end == end)
        let text = failure.description
        #expect(text.contains("packer-provisioner-played v1.2.3 (/played)"))
        #expect(text.contains(words))
        #expect(text.contains(isGarbage ? "on my way" : "oh no"))
    }

    @Test func `row 42: a bad line, and a grandchild that holds the output: nothing is left`()
        async throws
    {
        let folder = try TemporaryDirectory()
        let script = """
            sleep 300 & echo $! > \(folder["child"]); (setsid sleep 300 & echo $! > \(folder["daemon"]))
            echo "not\t$(printf '\\033[31m')a handshake"; sleep 300
            """
        let failure = try #require(try await PlayedPlugin.failure(PlayedPlugin.script(script)))
        #expect(failure.code == .handshake)
        #expect(failure.detail.contains(#"not\t\u{1B}[31ma handshake"#), "\(failure.detail)")
        for name in ["child", "daemon"] {
            let number = String(decoding: try folder.read(name), as: UTF8.self)
            #expect(try !isRunning(number), "\(name) \(number)")
        }
    }

    @Test func `row 43: no newline in 200 MB, and 500 MB of complaints`() async throws {
        let silent = "head -c 200000000 /dev/zero; sleep 300"
        let failure = try #require(try await PlayedPlugin.failure(PlayedPlugin.script(silent)))
        #expect(failure.code == .handshake)
        #expect(failure.description.utf8.count < 20_000)

        let complaining = "head -c 500000000 /dev/zero >&2; echo end >&2; exit 4"
        let lines = LockedValue(0)
        let second = try await PlayedPlugin.failure(PlayedPlugin.script(complaining)) { line in
            lines.withLock { $0 += line.utf8.count }
        }
        #expect(second?.end == .exited(4))
        // One line, which was cut, with every byte made visible.
        #expect(lines.withLock { $0 } < 50_000)
    }

    @Test func `row 44: one that says nothing is given up in time, with all that it started`()
        async throws
    {
        var launch = PlayedPlugin.script("printf almost; sleep 300 & sleep 300")
        launch.handshakeTime = .milliseconds(300)
        let failure = try #require(try await PlayedPlugin.failure(launch))
        #expect(failure.code == .handshakeTimeout)
        #expect(failure.end == nil)
        #expect(failure.detail.contains("\"almost\""))
    }

    @Test(arguments: [
        ("echo '5|unix|'$TMPDIR/none; sleep 300", "there is no socket at"),
        ("echo '5|unix|/tmp/elsewhere'; sleep 300", "is not in the folder it was given"),
        ("echo '5|0|unix|'$TMPDIR'/../other'; sleep 300", "whose path is not absolute"),
        ("touch $TMPDIR/file; echo '5|unix|'$TMPDIR/file; sleep 300", "is no socket"),
        ("echo '5|0|tcp|127.0.0.1:9'; sleep 300", "where everybody on this machine can connect"),
        ("echo '5|0|tcp|203.0.113.9:9'; sleep 300", "an address that is not on this machine"),
        ("echo '5|stdio|'; sleep 300", "which it was not asked to"),
        ("echo '4|unix|'$TMPDIR/s; sleep 300", "API version 4"),
    ])
    func `row 45: an address that is not its own is refused`(script: String, reason: String)
        async throws
    {
        let failure = try #require(try await PlayedPlugin.failure(PlayedPlugin.script(script)))
        #expect([.connection, .handshake].contains(failure.code))
        #expect(failure.detail.contains(reason), "\(failure.detail)")
    }

    @Test func `row 45: a socket of another process is refused`() async throws {
        let folder = try TemporaryDirectory()
        // The listener has neither the plugin's session nor its environment.
        let listener = """
            import os, socket, sys, time
            s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(); time.sleep(300)
            """
        let path = try folder.write(Array(listener.utf8), to: "listen.py")
        let script = """
            env -i PATH=/usr/bin:/bin setsid python3 \(path) $TMPDIR/s &
            until test -S $TMPDIR/s; do :; done
            echo $! > \(folder["listener"]); echo "5|unix|$TMPDIR/s"; sleep 300
            """
        let failure = try #require(try await PlayedPlugin.failure(PlayedPlugin.script(script)))
        #expect(failure.detail.contains("which is not the plugin's"), "\(failure.detail)")
    }

    @Test func `a program that is not there is named`() async throws {
        var launch = PlayedPlugin.script("")
        launch.program.executable = Array("/nonexistent/plugin".utf8)
        let failure = try #require(try await PlayedPlugin.failure(launch))
        #expect(failure.code == .start)
        #expect(failure.detail.contains("/nonexistent/plugin"))
    }
}
