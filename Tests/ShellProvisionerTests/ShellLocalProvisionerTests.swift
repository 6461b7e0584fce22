import Communicator
import Components
import Configuration
import Foundation
import TestSupport
import Testing

@testable import ShellProvisioner

/// Local scripts that really run.
struct ShellLocalProvisionerTests {
    private let folder: TemporaryDirectory
    private let ui = RecordingInterface()

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func provision(
        _ options: [String: ConfigurationValue],
        data: GeneratedData = GeneratedData()
    ) async throws {
        let context = PrepareContext(buildName: "web", builderType: "null")
        try await ShellLocalProvisioner.prepare(.map(options), in: context).component
            .provision(LocalCommunicator(), ui: ui, data: data)
    }

    private func inline(_ lines: String...) -> ConfigurationValue {
        .list(lines.map { .string($0) })
    }

    private func lines() async -> [String] {
        await ui.words.compactMap { if case .say(let text) = $0 { text } else { nil } }
    }

    @Test func `says both outputs and Packer's variables and leaves nothing`() async throws {
        try await provision([
            "inline": inline(
                "echo \"$PACKER_BUILD_NAME $PACKER_BUILDER_TYPE $A\"",
                "echo err >&2; stat -c %a \"$0\"; cat; echo \"$0\""
            ),
            "environment_vars": .list([.string("A=b=c")]),
        ])
        let words = await ui.words
        #expect(words.contains(.error("err")))
        let lines = await lines()
        #expect(lines.prefix(3) == ["Running local shell script: inline", "web null b=c", "700"])
        #expect(words.count == 5)
        let path = try #require(lines.last)
        #expect(path.contains("/packer-shell"))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `runs scripts where they lie, in order`() async throws {
        let paths = try (1...2).map {
            let text = "#!/bin/sh\necho \($0) \"$0\"\n"
            return try folder.write(Array(text.utf8), to: "it's \($0).sh", mode: 0o755)
        }
        try await provision(["scripts": .list(paths.map { .string($0) })])
        let expected = zip(paths, 1...2)
            .flatMap { ["Running local shell script: \($0)", "\($1) \($0)"] }
        #expect(await lines() == expected)
        #expect(try folder.names() == ["it's 1.sh", "it's 2.sh"])
    }

    @Test(
        arguments: [
            (.string("echo x; cat \"$0\""), nil, "#!/bin/sh -e\necho x; cat \"$0\"\n"),
            (
                .list([.string("#!/bin/false"), .string("cat \"$0\"\r")]), "/bin/sh",
                "#!/bin/sh\n#!/bin/false\ncat \"$0\"\r\n"
            ),
            (.string("cat \"$0\""), "", "#!/bin/sh -e\ncat \"$0\"\n"),
        ] as [(ConfigurationValue, String?, String)]
    )
    func `writes inline commands as Packer does`(
        commands: ConfigurationValue,
        shebang: String?,
        text: String
    ) async throws {
        var options: [String: ConfigurationValue] = [
            "inline": commands,
            "execute_command": .list([
                .string("cp"), .string("{{.Script}}"), .string(folder["copy"]),
            ]),
        ]
        if let shebang { options["inline_shebang"] = .string(shebang) }
        try await provision(options)
        #expect(try String(decoding: folder.read("copy"), as: UTF8.self) == text)
    }

    @Test(arguments: [("sh", ".sh"), (".cmd", ".cmd"), ("", "")])
    func `gives its file an extension`(option: String, ending: String) async throws {
        try await provision([
            "command": .string("echo \"$0\""), "tempfile_extension": .string(option),
        ])
        let path = try #require(await lines().last)
        #expect(URL(fileURLWithPath: path).lastPathComponent.hasPrefix("packer-shell"))
        #expect(path.hasSuffix(ending))
        #expect(path.filter { $0 == "." }.count == (ending.isEmpty ? 0 : 1))
    }

    @Test func `quotes the last words of a script that failed, and removes it`() async throws {
        let error = await #expect(throws: ShellProvisionerError.self) {
            try await provision(["inline": inline("echo \"$0\"", "false", "echo never")])
        }
        #expect(error?.status == .exited(1))
        let path = try #require(error?.lastLines.last)
        #expect(path.contains("/packer-shell"))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test(
        arguments: [
            ("exit 3", [0, 3], true), ("exit 3", [0], false), ("exit 0", [3], false),
            ("kill -TERM $$", [143], true), ("kill -TERM $$", [0], false),
            ("kill -KILL $PPID", [2_300_218], false),
        ]
    )
    func `judges how a script ended`(
        command: String,
        valid: [Int64],
        isAccepted: Bool
    ) async throws {
        var failure: (any Error)?
        do {
            try await provision([
                "inline": .string(command),
                "valid_exit_codes": .list(valid.map { .integer($0) }),
                "execute_command": .list(
                    ["/bin/sh", "-c", "{{.Script}}; exit $?"].map { .string($0) }
                ),
            ])
        } catch {
            failure = error
        }
        #expect((failure == nil) == isAccepted, "\(String(describing: failure))")
    }

    @Test func `says when the program cannot be started, and removes its file`() async throws {
        let error = await #expect(throws: ShellProvisionerError.self) {
            try await provision([
                "inline": .string("echo"),
                "execute_command": .list([.string("/none/sh"), .string("{{.Script}}")]),
            ])
        }
        #expect(error?.code == .notStarted)
        #expect(error?.message.contains("/none/sh") == true)
    }

    @Test func `says that a script without the bit cannot be executed`() async throws {
        let path = try folder.write(Array("#!/bin/sh\n".utf8), to: "s.sh", mode: 0o644)
        let error = await #expect(throws: ShellProvisionerError.self) {
            try await provision(["script": .string(path)])
        }
        #expect(error?.status == .exited(126))
        #expect(error?.description.contains("chmod +x") == true)
    }

    @Test func `does nothing on a system that is not listed`() async throws {
        try await provision([
            "inline": .string("echo never"), "only_on": .list([.string("windows")]),
        ])
        #expect(await ui.texts == ["Skipping shell-local due to runtime OS"])
        try await provision([
            "inline": .string("echo here"),
            "only_on": .list([.string("windows"), .string(ShellLocalConfiguration.thisSystem)]),
        ])
        #expect(await ui.texts.last == "here")
    }

    @Test func `ends everything it has started when it is cancelled`() async throws {
        let (started, continuation) = AsyncStream.makeStream(of: String.self)
        await ui.listen { if case .say(let text) = $0 { continuation.yield(text) } }
        let work = Task {
            try await provision([
                "inline": inline(
                    "(trap '' TERM; echo \"$0\"; exec sleep 300) & a=$!",
                    "setsid sleep 300 & b=$!",
                    "sleep 300 & c=$!",
                    "until [ \"$(ps -o comm= -p $a)$(ps -o comm= -p $b)\" = sleepsleep ]; do :; done",
                    "echo pids $a $b $c $$",
                    "wait"
                )
            ])
        }
        var path = ""
        let pids = await started.first {
            if $0.contains("/packer-shell") { path = $0 }
            return $0.hasPrefix("pids")
        }
        work.cancel()
        let result = await work.result
        #expect(throws: CancellationError.self) { try result.get() }
        for pid in try #require(pids).split(separator: " ").dropFirst() {
            #expect(try !isRunning(String(pid)))
        }
        #expect(!path.isEmpty && !FileManager.default.fileExists(atPath: path))
    }

    @Test func `does not wait without end for what a script leaves behind`() async throws {
        try await provision([
            "inline": inline("sleep 300 & echo $!"), "output_grace": .string("100ms"),
        ])
        #expect(await ui.texts.last?.contains("still holds its output open") == true)
        let pid = try #require(Int32(await lines().last ?? ""))
        #expect(try isRunning("\(pid)"))
        kill(pid, SIGKILL)
    }
}

// MARK: - Variables

extension ShellLocalProvisionerTests {
    @Test func `keeps every value out of argument lists`() async throws {
        let value = "it's \"$HOME\" `x` \\ é"
        try await provision([
            "inline": inline(
                "for p in $$ $PPID; do tr '\\0' ' ' < /proc/$p/cmdline; echo; done; echo \"$TOKEN\""
            ),
            "env": .map(["TOKEN": .string(value)]),
            "environment_vars": .list([.string("TOKEN=less")]),
        ])
        let found = await lines().filter { $0.contains("it's") || $0.contains("less") }
        #expect(found == [value])
    }

    @Test(
        arguments: [
            (nil, ["{{.Script}}"], "it's -"),
            (nil, ["sh", "-c", "{{.Vars}} {{.Script}}"], "it's -"),
            (nil, ["/bin/sh", "-c", "{{.Vars}} {{.Command}}"], "it's -"),
            ("export TF_VAR_%s='%s'; ", ["sh", "-c", "{{.Vars}} {{.Command}}"], "it's it's"),
            ("TF_VAR_%s='%s' ", [], "it's it's"),
        ] as [(String?, [String], String)]
    )
    func `gives the variables to whatever runs the script`(
        format: String?,
        command: [String],
        expected: String
    ) async throws {
        var options: [String: ConfigurationValue] = [
            "inline": .string("echo \"$A ${TF_VAR_A:--}\""), "env": .map(["A": .string("it's")]),
            "execute_command": .list(command.map { .string($0) }),
        ]
        if let format { options["env_var_format"] = .string(format) }
        try await provision(options)
        #expect(await lines().last == expected)
    }

    @Test func `knows what the builder found out`() async throws {
        let data = GeneratedData([
            "ID": .string("i-1"), "PackerHTTPIP": .string("10.0.0.1"),
            "PackerHTTPPort": .integer(8080), "PackerHTTPAddr": .string("10.0.0.1:8080"),
            "PackerRunUUID": .string("u-u"),
        ])
        try await provision(
            [
                "inline": inline(
                    "echo {{build `ID`}} $X $Y",
                    "echo $PACKER_HTTP_ADDR $PACKER_HTTP_IP $PACKER_HTTP_PORT $PACKER_RUN_UUID"
                ),
                "environment_vars": .list([.string("X={{build `ID`}}")]),
                "env": .map(["Y": .string("{{build `ID`}}")]),
            ],
            data: data
        )
        #expect(await lines().suffix(2) == ["i-1 i-1 i-1", "10.0.0.1:8080 10.0.0.1 8080 u-u"])
    }

    @Test func `shows no HTTP server where the builder has none`() async throws {
        let none = "ERR_HTTP_ADDR_NOT_IMPLEMENTED_BY_BUILDER"
        try await provision(
            ["inline": .string("echo [${PACKER_HTTP_ADDR-unset}]")],
            data: GeneratedData(["PackerHTTPAddr": .string(none)])
        )
        #expect(await lines().last == "[unset]")
    }

    @Test func `replaces what this process's environment has`() async throws {
        try await provision([
            "inline": .string("echo \"$HOME [${PATH:+path}]\""),
            "env": .map(["HOME": .string("/h")]),
        ])
        #expect(await lines().last == "/h [path]")
    }
}
