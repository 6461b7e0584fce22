import Communicator
import Components
import Configuration
import Foundation
import MessagePack
import PackerRPC
import PluginHost
import Processes
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Plugins that fail while they are used.
@Suite(.timeLimit(.minutes(3))) struct RunningPluginTests {
    private static let script: ConfigurationValue = .map(["inline": .list([.string("sleep 300")])])

    /// Has Debian packer's `shell` run a script that takes five minutes, and gives what came of it once
    /// `act` has been done to the plugin.
    private func outcome(
        of act: @escaping @Sendable (RunningPlugin) -> Void
    ) async throws -> (any Error)? {
        try await PlayedPlugin.running(PlayedPlugin.debian("packer-provisioner-shell")) { plugin in
            let prepared = try await PluginProvisioner.prepare(
                Self.script,
                in: PrepareContext(),
                by: plugin
            )
            let ui = RecordingInterface()
            let work = Task {
                try await prepared.component.provision(
                    LocalCommunicator(),
                    ui: ui,
                    data: GeneratedData()
                )
            }
            // It works then: nothing of it is heard before.
            try await eventually("its work") { await !ui.words.isEmpty }
            act(plugin)
            switch await work.result {
            case .success: return nil
            case .failure(let error): return error
            }
        }
    }

    @Test func `row 46: one that is killed is named, with the call and the signal`() async throws {
        let error = try await outcome { kill($0.processID, SIGKILL) }
        let failure = try #require(error as? PluginFailure)
        #expect(failure.code == .crashed)
        #expect(failure.end == .signaled(SIGKILL))
        #expect(failure.description.contains("Provisioner.Provision"))
        #expect(failure.description.contains("packer-provisioner-shell (/usr/bin/packer)"))
    }

    @Test func `row 46: one that is stopped is given up, not waited for`() async throws {
        let error = try await outcome { kill($0.processID, SIGSTOP) }
        let failure = try #require(error as? PluginFailure)
        #expect(failure.code == .unresponsive)
        #expect(failure.end == nil)
    }

    @Test func `others go on when one dies`() async throws {
        try await PlayedPlugin.running(PlayedPlugin.debian("packer-provisioner-file")) { other in
            _ = try await outcome { kill($0.processID, SIGKILL) }
            #expect(try await other.session.provisioner.specification().isEmpty == false)
        }
    }

    @Test func `row 47: one that ignores TERM, with a daemon of its own, leaves nothing`()
        async throws
    {
        let folder = try TemporaryDirectory()
        // Makes the socket, says so, and then does as it likes.
        let stubborn = """
            import os, signal, socket, subprocess, sys, time
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            subprocess.Popen("(setsid sh -c 'trap \\"\\" TERM; echo $$ > \(folder["daemon"]);"
                             " while :; do sleep 9; done' &)", shell=True).wait()
            while not os.path.exists("\(folder["daemon"])") or not open("\(folder["daemon"])").read():
                pass
            path = os.environ["TMPDIR"] + "/s"
            s = socket.socket(socket.AF_UNIX); s.bind(path); s.listen()
            print("5|unix|" + path, flush=True)
            c, _ = s.accept()
            # Takes the first stream: a window's update with ACK, then the four bytes of its number.
            def read(n):
                b = b""
                while len(b) < n: b += c.recv(n - len(b))
                return b
            while True:
                head = read(12)
                kind, length = head[1], int.from_bytes(head[8:], "big")
                if kind == 0:
                    data = read(length)
                    c.sendall(bytes([0, 1, 0, 2]) + head[4:8] + bytes(4))
                    c.sendall(bytes([0, 0, 0, 0]) + head[4:8] + len(data).to_bytes(4, "big") + data)
                    break
            while True: time.sleep(9)
            """
        let path = try folder.write(Array(stubborn.utf8), to: "stubborn.py")
        var launch = PlayedPlugin.script("")
        launch.program = ProcessSpecification("/usr/bin/python3", [path])
        let begin = ContinuousClock.now
        let process = try await PlayedPlugin.running(launch) { "\($0.processID)" }
        print("row 47: ended after \(ContinuousClock.now - begin)")
        #expect(try !isRunning(process))
        #expect(try !isRunning(String(decoding: folder.read("daemon"), as: UTF8.self)))
    }

    /// A plugin that takes the first stream and then does as it likes.
    private func taking(_ files: TemporaryDirectory, then: String) throws -> PluginLaunch {
        let text = """
            import os, signal, socket, time
            path = os.environ["TMPDIR"] + "/s"
            s = socket.socket(socket.AF_UNIX); s.bind(path); s.listen()
            print("5|unix|" + path, flush=True)
            c, _ = s.accept()
            def read(n):
                b = b""
                while len(b) < n: b += c.recv(n - len(b))
                return b
            while True:
                head = read(12)
                kind, length = head[1], int.from_bytes(head[8:], "big")
                if kind == 0:
                    data = read(length)
                    c.sendall(bytes([0, 1, 0, 2]) + head[4:8] + bytes(4))
                    c.sendall(bytes([0, 0, 0, 0]) + head[4:8] + len(data).to_bytes(4, "big") + data)
                    break
            \(then)
            time.sleep(300)
            """
        var launch = PlayedPlugin.script("")
        let path = try files.write(Array(text.utf8), to: "taking.py")
        launch.program = ProcessSpecification("/usr/bin/python3", [path])
        return launch
    }

    @Test(arguments: [
        // No frame of yamux; a frame with what is no reply.
        "read(12); c.sendall(bytes([255] * 64))",
        "read(12); c.sendall(bytes([0, 0, 0, 0]) + head[4:8] + bytes([0, 0, 0, 4]) + bytes([193] * 4))",
    ])
    func `one that says what the protocol does not allow is told of as that`(then: String)
        async throws
    {
        let files = try TemporaryDirectory()
        try await PlayedPlugin.running(try taking(files, then: then)) { plugin in
            let error = await #expect(throws: PluginFailure.self) {
                try await plugin.during("Provisioner.ConfigSpec") {
                    try await plugin.session.provisioner.specification()
                }
            }
            #expect(error?.code == .protocolViolation, "\(String(describing: error))")
            #expect(error?.description.contains("against the protocol") == true)
        }
    }

    @Test func `one that takes nothing any more is ended with what is queued for it`()
        async throws
    {
        let files = try TemporaryDirectory()
        let stopped = try taking(files, then: "os.kill(os.getpid(), signal.SIGSTOP)")
        try await PlayedPlugin.running(stopped) { plugin in
            let text = String(repeating: "x", count: 8 << 20)
            let work = Task {
                try await plugin.session.provisioner.prepare([.string(text)])
            }
            try await eventually("its stop") {
                let status = try String(
                    contentsOfFile: "/proc/\(plugin.processID)/stat",
                    encoding: .utf8
                )
                return status.contains(") T ")
            }
            let begin = ContinuousClock.now
            await plugin.close()
            print("one that takes nothing: ended after \(ContinuousClock.now - begin)")
            await #expect(throws: (any Error).self) { try await work.value }
            #expect(try !isRunning("\(plugin.processID)"))
        }
    }

    @Test func `it has its own session and folder, its environment, and no more`() async throws {
        let folder = try TemporaryDirectory()
        let script = """
            env > \(folder["env"]); ls /proc/$$/fd > \(folder["fds"]); ps -o sid= $$ > \(folder["sid"])
            stat -c '%a %u' $TMPDIR > \(folder["mode"]); ulimit -c > \(folder["core"]); echo $$; exit 7
            """
        var launch = PlayedPlugin.script(script)
        launch.environment = PluginEnvironment(additions: ["played": ["EXTRA_*"]]).entries(
            for: "played",
            of: [
                "PATH=\(getpath())", "AWS_SECRET=x", "LD_PRELOAD=y", "SSH_AUTH_SOCK=z", "EXTRA_1=e",
                "PACKER_KEY=u", "TMPDIR=/nowhere",
            ].map { Array($0.utf8) }
        )
        _ = try await PlayedPlugin.failure(launch)
        func text(_ name: String) throws -> String {
            String(decoding: try folder.read(name), as: UTF8.self)
        }
        let variables = try text("env").split(separator: "\n").map(String.init)
        #expect(variables.contains("EXTRA_1=e") && variables.contains("PACKER_KEY=u"))
        #expect(variables.contains { $0.hasPrefix("PACKER_PLUGIN_MAGIC_COOKIE=d602bf8f") })
        for hidden in ["AWS_SECRET", "LD_PRELOAD", "SSH_AUTH_SOCK", "TMPDIR=/nowhere"] {
            #expect(!variables.contains { $0.hasPrefix(hidden) }, "\(hidden)")
        }
        // Its three, and what the shell itself has.
        #expect(try text("fds").split(separator: "\n").filter { Int($0) ?? 99 < 3 }.count == 3)
        #expect(try text("mode") == "700 \(getuid())\n")
        #expect(try text("core") == "0\n")
        #expect(try text("sid").filter(\.isNumber) != "\(getsid(0))")
    }

    private func getpath() -> String { ProcessEnvironment.variables["PATH"] ?? "/usr/bin:/bin" }
}
