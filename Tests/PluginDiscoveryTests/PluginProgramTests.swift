import Communicator
import Foundation
import PackerRPC
import PluginDiscovery
import Processes
import TestSupport
import Testing

/// Plugins that do not do what they are asked, run for real.
struct PluginProgramTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func program(
        _ script: String,
        limit: Duration = .seconds(30)
    ) async throws -> PluginProgram {
        let text = Array("#!/bin/sh\n\(script)\n".utf8)
        let path = try directory.write(text, to: "plugin", mode: 0o755)
        await ChildProcess.waitForStarts()
        return PluginProgram(BytePath(path), limit: limit)
    }

    private func failure(_ script: String) async throws -> String {
        guard case .failed(let why) = try await program(script).describe() else { return "" }
        return why
    }

    /// Whether the process is gone that a script noted in a file.
    private func isGone(_ name: String) throws -> Bool {
        try !isRunning(String(decoding: directory.read(name), as: UTF8.self))
    }

    @Test func `one that hangs is ended, with what it started`() async throws {
        let script =
            "echo $$ >'\(directory["own"])'; sleep 300 & echo $! >'\(directory["child"])'; wait"
        let said = try await program(script, limit: .seconds(1)).describe()
        #expect(said == .endless("describe did not end within 1.0 seconds"))
        #expect(try isGone("own") && isGone("child"))
    }

    @Test func `one that ignores TERM is ended`() async throws {
        let script = "trap '' TERM; echo $$ >'\(directory["own"])'; while :; do sleep 1; done"
        let said = try await program(script, limit: .seconds(1)).describe()
        #expect(said == .endless("describe did not end within 1.0 seconds"))
        #expect(try isGone("own"))
    }

    @Test func `one that leaves somebody with its output is told from one that hangs`()
        async throws
    {
        let script = "sleep 300 & echo $! >'\(directory["child"])'; echo '{}'"
        let said = try await program(script, limit: .seconds(1)).describe()
        let words = "describe ended, and something that it started held its output open for"
        #expect(said == .endless("\(words) 1.0 seconds"))
        #expect(try isGone("child"))
    }

    @Test func `what it leaves in the background is ended`() async throws {
        let said = PluginTree.script().dropFirst("#!/bin/sh\n".count)
        let script = "sleep 300 >/dev/null 2>&1 & echo $! >'\(directory["child"])'\n\(said)"
        guard case .described = try await program(script).describe() else {
            Issue.record("it is a sound plugin")
            return
        }
        #expect(try isGone("child"))
    }

    @Test(arguments: ["yes", "yes >&2 & yes", "cat /dev/zero"])
    func `a flood is cut off`(command: String) async throws {
        #expect(try await failure(command) == "describe prints more than 1048576 bytes")
    }

    @Test func `much error output is no harm`() async throws {
        let noise = "head -c 3000000 /dev/zero >&2\n"
        let script = noise + PluginTree.script().dropFirst("#!/bin/sh\n".count)
        guard case .described(let description) = try await program(script).describe() else {
            Issue.record("it is a sound plugin")
            return
        }
        #expect(description.version == "1.2.3")
    }

    @Test(arguments: [
        ("echo hello", "no description of a plugin"), ("true", "no description of a plugin"),
        ("head -c 100 /dev/urandom; echo", "no description of a plugin"),
        ("echo '{}'", "found no version"), ("exit 7", "describe ended with 7"),
        ("printf 'bad\\033[2Jthing' >&2; exit 1", "said \"bad\\u{1b}[2Jthing\""),
        ("kill -9 $$", "signal 9 ended describe"),
        ("[ -z \"$SECRET_OF_TEST\" ] || echo leak >&2; [ \"$#\" = 1 ] && exit 4", "with 4"),
    ])
    func `says what is wrong with what it prints`(script: String, words: String) async throws {
        let why = try await failure(script)
        #expect(why.contains(words), "\(why)")
    }

    @Test func `gets neither input nor the variables of a build`() async throws {
        let script = "env >'\(directory["env"])'; cat >'\(directory["input"])'; exit 1"
        _ = try await failure(script)
        let lines = String(decoding: try directory.read("env"), as: UTF8.self).split(
            separator: "\n"
        )
        let names = Set(lines.compactMap { $0.split(separator: "=").first.map(String.init) })
        let shells: Set = ["PWD", "OLDPWD", "SHLVL", "_"]
        let passed: Set = [
            "PATH", "HOME", "TMPDIR", "LANG", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
            "PACKER_SWIFT_DESCRIBE",
        ]
        #expect(names.subtracting(shells).isSubset(of: passed), "\(names)")
        #expect(try directory.read("input").isEmpty)
    }

    #if os(Linux)
        @Test func `leaves no daemon of what it asks`() async throws {
            let script = """
                (setsid sh -c 'echo $$ > \(directory["new"]); mv \(directory["new"]) \(directory["daemon"])
                    exec sleep 300' >/dev/null 2>&1 &)
                while ! test -f \(directory["daemon"]); do :; done; exit 1
                """
            _ = try await failure(script)
            let daemon = String(decoding: try directory.read("daemon"), as: UTF8.self)
            #expect(try !isRunning(daemon))
        }
    #endif

    @Test func `one that cannot be started is a description too`() async throws {
        for (name, bytes) in [("text", "hello"), ("lost", "#!/nonexistent/interpreter\n")] {
            let path = try directory.write(Array(bytes.utf8), to: name, mode: 0o755)
            guard case .failed(let why) = try await PluginProgram(BytePath(path)).describe() else {
                Issue.record("\(name) is no program")
                continue
            }
            #expect(why.contains("it cannot be run"), "\(why)")
        }
    }

    @Test func `cancellation ends it, and is no description`() async throws {
        let script =
            "echo $$ >'\(directory["new"])'; mv '\(directory["new"])' '\(directory["own"])'"
        let program = try await program("\(script); exec sleep 300")
        let task = Task { try await program.describe() }
        try await eventually("the plugin's start") { try directory.names().contains("own") }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try isGone("own"))
    }

    @Test func `our own plugin says what it has`() async throws {
        let path = BytePath(try ProjectFiles.pluginSwift())
        guard case .described(let description) = try await PluginProgram(path).describe() else {
            Issue.record("it does not")
            return
        }
        #expect(description.provisioners.contains("shell") && description.isCompatible)
    }
}
