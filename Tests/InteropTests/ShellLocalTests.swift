import Foundation
import Processes
import TestSupport
import Testing

/// Who runs a template with local scripts.
enum LocalScriptHost: String, Sendable, CaseIterable {
    /// Packer with its own `shell-local`.
    case packer
    /// Packer with our plugin's `swift-shell-local`.
    case plugin
    /// `packer-swift` with `shell-local`.
    case packerSwift
}

@Suite("shell-local, in Packer, in our plugin and in packer-swift", .timeLimit(.minutes(5)))
struct ShellLocalTests {
    private let files: TemporaryDirectory

    init() throws {
        files = try TemporaryDirectory()
        for name in ["tmp", "home", "plugins"] {
            try FileManager.default.createDirectory(
                atPath: files[name],
                withIntermediateDirectories: true
            )
        }
        try FileManager.default.copyItem(
            atPath: try ProjectFiles.pluginSwift(),
            toPath: files["plugins/packer-plugin-swift"]
        )
    }

    private func program(_ host: LocalScriptHost) throws -> Program {
        var program = Program(
            host == .packerSwift ? try ProjectFiles.packerSwift() : try ProjectFiles.packer(),
            environment: [
                "HOME": files["home"], "CHECKPOINT_DISABLE": "1", "TMPDIR": files["tmp"],
                "NO_COLOR": "", "PACKER_NO_COLOR": "", "TERM": "xterm",
            ],
            directory: files.path
        )
        if host == .plugin { program.environment["PACKER_PLUGIN_PATH"] = files["plugins"] }
        return program
    }

    private func template(_ host: LocalScriptHost, _ options: [String: Any]) throws -> String {
        let type = host == .plugin ? "swift-shell-local" : "shell-local"
        let template: [String: Any] = [
            "builders": [["type": "null", "communicator": "none"]],
            "provisioners": [options.merging(["type": type]) { $1 }],
        ]
        let bytes = try JSONSerialization.data(withJSONObject: template)
        return try files.write([UInt8](bytes), to: "\(host).json")
    }

    private func build(
        _ host: LocalScriptHost,
        _ options: [String: Any],
        _ body: @escaping @Sendable (RunningProgram) async throws -> Void = { _ in }
    ) async throws -> Program.Outcome {
        let template = try template(host, options)
        return try await program(host).run(["build", "-color=false", template], body)
    }

    /// What the provisioner said, without what tells one run from another.
    private func said(_ outcome: Program.Outcome) -> [String] {
        (outcome.output + outcome.errors).split(separator: "\n").compactMap { line in
            guard let name = line.range(of: "null: ") else { return nil }
            let text = String(line[name.upperBound...])
            guard ["==> ", "    "].contains(String(line[..<name.lowerBound])),
                !text.hasPrefix("Running local shell script: ")
            else { return nil }
            return text.replacing(/packer-shell[0-9a-f]+/, with: "packer-shell*")
        }.sorted()
    }

    /// Options of one provisioner, as JSON.
    static let cases = [
        #"{"inline": ["echo \"$PACKER_BUILD_NAME $PACKER_BUILDER_TYPE ${PACKER_HTTP_ADDR-none}\""]}"#,
        #"{"inline": ["pwd", "cat", "id -un", "umask", "stat -c '%a %n' \"$0\""]}"#,
        #"{"inline": ["echo \"[$A]\" \"[$B]\""], "environment_vars": ["A=it's \"$HOME\" \\ é", "B="]}"#,
        #"{"inline": ["cat \"$0\" # x"], "inline_shebang": "/bin/bash -eu"}"#,
        ##"{"inline": ["#!/bin/bash", "cat \"$0\""], "inline_shebang": ""}"##,
        #"{"inline": ["echo out", "echo err >&2", "exit 3", "echo never"]}"#,
        #"{"inline": ["exit 3"], "valid_exit_codes": [0, 3]}"#,
        #"{"inline": ["exit 0"], "valid_exit_codes": [3]}"#,
        #"{"inline": ["kill -KILL $$"], "valid_exit_codes": [137]}"#,
        #"{"inline": ["echo \"$0\""], "tempfile_extension": ".x.sh"}"#,
        #"{"inline": ["echo {{build `ID`}} {{build_name}} {{build_type}} $X"], "environment_vars": ["X={{build `ID`}}"]}"#,
        #"{"command": "echo by command"}"#,
        #"{"inline": ["x"], "only_on": ["windows"]}"#, #"{"inline": ["x"], "only_on": ["beos"]}"#,
        #"{"inline": ["echo $A"], "environment_vars": ["A=1"], "execute_command": ["/bin/echo", "{{.Vars}}", "{{.Script}}", "{{.Command}}", "{{.ID}}"]}"#,
        #"{"inline": ["echo $A"], "environment_vars": ["A=1"], "env_var_format": "export %s='%s'; "}"#,
        #"{"inline": ["echo $TF_VAR_A"], "environment_vars": ["A=1"], "env_var_format": "TF_VAR_%s='%s' "}"#,
        #"{"inline": ["x"], "execute_command": ["/none/sh", "{{.Script}}"]}"#,
        #"{"inline": ["x"], "execute_command": ["/bin/echo", "no script"]}"#,
        #"{"scripts": ["one.sh", "./two.sh"], "environment_vars": ["A=1"]}"#,
        #"{"script": "closed.sh"}"#, #"{"script": "missing.sh"}"#, #"{}"#,
        #"{"script": "one.sh", "inline": ["x"]}"#,
        #"{"script": "one.sh", "use_linux_pathing": true}"#,
        #"{"inline": ["x"], "use_linux_pathing": true}"#,
        #"{"inline": ["printf 'a\\rb\\rc\\n'; printf end"]}"#,
    ]

    @Test(arguments: cases)
    func `one template means the same to all`(options: String) async throws {
        let script = "#!/bin/sh\necho \"$0 $A\"\n"
        try files.write(Array(script.utf8), to: "one.sh", mode: 0o755)
        try files.write(Array("#!/bin/sh\necho two \"$A\"\n".utf8), to: "two.sh", mode: 0o755)
        try files.write(Array("echo three\n".utf8), to: "closed.sh", mode: 0o644)
        let object = try JSONSerialization.jsonObject(with: Data(options.utf8))
        let options = try #require(object as? [String: Any])
        let packer = try await build(.packer, options)
        for host in [LocalScriptHost.plugin, .packerSwift] {
            let ours = try await build(host, options)
            #expect(ours.end == packer.end, "\(host): \(ours.output)\(ours.errors)")
            #expect(said(ours) == said(packer), "\(host)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: files["tmp"]) == [])
    }

    @Test(arguments: [LocalScriptHost.packerSwift, .plugin])
    func `a path with blanks is one word`(host: LocalScriptHost) async throws {
        try files.write(Array("#!/bin/sh\necho \"<$0>\"\n".utf8), to: "a b's.sh", mode: 0o755)
        let outcome = try await build(host, ["script": "a b's.sh"])
        #expect(outcome.end == .exited(0))
        #expect(said(outcome) == ["<\(files.path)/a b's.sh>"])
    }

    @Test(
        arguments: [
            (.packerSwift, SIGINT), (.packerSwift, SIGTERM), (.packerSwift, SIGKILL),
            (.plugin, SIGINT), (.plugin, SIGTERM),
        ] as [(LocalScriptHost, Int32)]
    )
    func `ended by a signal it leaves no process and no file`(
        host: LocalScriptHost,
        signal: Int32
    ) async throws {
        let script = [
            "(trap '' TERM; exec sleep 300) & a=$!", "setsid sleep 300 & b=$!", "sleep 300 & c=$!",
            "until [ \"$(ps -o comm= -p $a)$(ps -o comm= -p $b)\" = sleepsleep ]; do :; done",
            "echo $a $b $c $$ >pids; echo has begun", "wait",
        ]
        let temporary = files["tmp"]
        let outcome = try await build(host, ["inline": script]) { running in
            try await running.says("has begun")
            let names = try FileManager.default.contentsOfDirectory(atPath: temporary)
            #expect(names.contains { $0.hasPrefix("packer-shell") })
            running.signal(signal)
        }
        #expect(outcome.end == (signal == SIGKILL ? .signaled(SIGKILL) : .exited(1)))
        let pids = try String(decoding: files.read("pids"), as: UTF8.self).split(separator: " ")
        #expect(pids.count == 4)
        if host == .packerSwift && signal != SIGKILL {
            #expect(outcome.output.contains("Cleanly cancelled builds"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: temporary) == [])
            for pid in pids { #expect(try !isRunning(String(pid))) }
        }
        // Packer kills its plugins at once: then what watches over the script ends it.
        try await eventually("the end of \(pids) and of their file") {
            let left = try FileManager.default.contentsOfDirectory(atPath: temporary)
            return try !left.contains { $0.hasPrefix("packer-shell") }
                && pids.allSatisfy { try !isRunning(String($0)) }
        }
    }

    @Test func `a timeout ends the whole process tree`() async throws {
        let options: [String: Any] = [
            "inline": ["sleep 300 & echo $! $$ >pids", "wait"], "timeout": "2s",
        ]
        let outcome = try await build(.packerSwift, options)
        #expect(outcome.end == .exited(1))
        #expect(outcome.output.contains("Cancelling provisioner after a timeout..."))
        let pids = try String(decoding: files.read("pids"), as: UTF8.self)
        for pid in pids.split(separator: " ") { #expect(try !isRunning(String(pid))) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: files["tmp"]) == [])
    }
}
