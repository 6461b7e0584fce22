import Communicator
import Components
import Configuration
import Foundation
import TestSupport
import Testing

@testable import ShellProvisioner

/// Scripts that really run, on this machine.
struct ShellProvisionerTests {
    private let folder: TemporaryDirectory
    private let ui = RecordingInterface()

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func provision(_ options: [String: ConfigurationValue]) async throws {
        let options = options.merging(["remote_folder": .string(folder.path)]) { one, _ in one }
        let context = PrepareContext(buildName: "web", builderType: "null")
        try await ShellProvisioner.prepare(.map(options), in: context).component
            .provision(LocalCommunicator(), ui: ui, data: GeneratedData())
    }

    private func lines() async -> [String] {
        await ui.words.compactMap { if case .say(let text) = $0 { text } else { nil } }
    }

    @Test func `says both outputs and Packer's variables and leaves nothing`() async throws {
        try await provision([
            "inline": .list([
                .string("echo \"$PACKER_BUILD_NAME $PACKER_BUILDER_TYPE $A\""),
                .string("echo err >&2"),
            ]),
            "environment_vars": .list([.string("A=b=c")]),
        ])
        let words = await ui.words
        #expect(words.first == .say("Provisioning with shell script: inline"))
        #expect(words.contains(.say("web null b=c")))
        #expect(words.contains(.error("err")))
        #expect(words.count == 3)
        #expect(try folder.names() == [])
    }

    @Test func `runs several scripts in order and announces each`() async throws {
        let scripts = try TemporaryDirectory()
        let paths = try (1...3).map {
            try scripts.write(Array("#!/bin/sh\necho \($0)\n".utf8), to: "\($0).sh")
        }
        try await provision(["scripts": .list(paths.map { .string($0) })])
        #expect(
            await lines()
                == zip(paths, 1...3).flatMap { ["Provisioning with shell script: \($0)", "\($1)"] }
        )
    }

    @Test(
        arguments: [
            (nil, ["700", "700", "600"]),
            ("{{.Path}} < {{.EnvVarFile}}", ["711", "755", "600"]),
        ] as [(String?, [String])]
    )
    func `shows nothing to others, or only the script when the user's command needs it`(
        command: String?,
        modes: [String]
    ) async throws {
        var options: [String: ConfigurationValue] = [
            "inline": .list([
                .string("d=$(dirname \"$0\")"),
                .string("stat -c %a \"$d\" \"$0\" \"$d/environment.sh\""),
            ])
        ]
        if let command { options["execute_command"] = .string(command) }
        try await provision(options)
        #expect(await lines().dropFirst() == modes[...])
    }

    @Test func `removes its folder when the script fails and quotes its last words`() async throws {
        let error = await #expect(throws: ShellProvisionerError.self) {
            try await provision(["inline": .list([.string("echo why"), .string("exit 3")])])
        }
        #expect(error?.status == .exited(3))
        #expect(error?.lastLines == ["why"])
        #expect(try folder.names() == [])
    }

    @Test(
        arguments: [
            ("exit 3", [3], false, true), ("exit 0", [3], false, false),
            ("kill -TERM $$", [143], false, true), ("kill -TERM $$", [0], false, false),
            ("kill -TERM $$", [0], true, false), ("kill -TERM $$", [143], true, true),
            ("false; true", [0], false, false),
        ]
    )
    func `judges how a script ended`(
        command: String,
        valid: [Int64],
        expectDisconnect: Bool,
        isAccepted: Bool
    ) async throws {
        var failure: (any Error)?
        do {
            try await provision([
                "inline": .string(command),
                "valid_exit_codes": .list(valid.map { .integer($0) }),
                "expect_disconnect": .bool(expectDisconnect),
            ])
        } catch {
            failure = error
        }
        #expect((failure == nil) == isAccepted, "\(String(describing: failure))")
        #expect(try folder.names() == [])
    }

    @Test func `ends the script and removes its folder when it is cancelled`() async throws {
        let (started, continuation) = AsyncStream.makeStream(of: String.self)
        await ui.listen { if case .say(let text) = $0 { continuation.yield(text) } }
        let work = Task {
            try await provision(["inline": .list([.string("echo $$"), .string("sleep 300")])])
        }
        let process = await started.first { Int32($0) != nil }
        work.cancel()
        let result = await work.result
        #expect(throws: CancellationError.self) { try result.get() }
        #expect(try folder.names() == [])
        #expect(try !isRunning(try #require(process)))
    }

    @Test func `keeps every value out of argument lists`() async throws {
        try await provision([
            "inline": .string("tr '\\0' ' ' < /proc/$PPID/cmdline; echo; echo $TOKEN"),
            "env": .map(["TOKEN": .string("geheim")]),
        ])
        let found = await lines().filter { $0.contains("geheim") }
        #expect(found == ["geheim"])
    }

    @Test func `gives Packer's words for the variables to a command of the user's own`()
        async throws
    {
        try await provision([
            "inline": .string("echo \"$A\""),
            "env": .map(["A": .string("it's a $b")]),
            "execute_command": .string("chmod +x {{.Path}}; {{.Vars}} {{.Path}}"),
        ])
        #expect(await lines().last == "it's a $b")
    }

    @Test func `takes remote_path literally and removes only what is there`() async throws {
        let path = folder["a b$(touch hit)'.sh"]
        _ = try folder.write([], to: "bystander")
        try await provision(["inline": .string("echo \"$0\""), "remote_path": .string(path)])
        #expect(await lines().last == path)
        #expect(try folder.names() == ["bystander"])
    }

    @Test func `leaves the script but no variables with skip_clean`() async throws {
        try await provision([
            "inline": .string("true"), "skip_clean": .bool(true),
            "env": .map(["TOKEN": .string("geheim")]),
        ])
        let left = try #require(try folder.names().first)
        let note = "The script stays at \(folder[left])/script.sh (skip_clean)."
        #expect(await ui.words.last == .message(note))
        let listing = try folder.read("\(left)/script.sh")
        #expect(listing == Array("#!/bin/sh -e\ntrue\n".utf8))
        #expect(throws: (any Error).self) { try folder.read("\(left)/environment.sh") }
    }

    @Test(arguments: [false, true])
    func `brings a script with a line of 70,033 bytes whole`(isBinary: Bool) async throws {
        let long = Array("# ".utf8) + [UInt8](repeating: 0x78, count: 70_031)
        let text = Array("#!/bin/sh\n".utf8) + long + Array("\r\n: \r\r\necho end".utf8)
        let scripts = try TemporaryDirectory()
        let script = try scripts.write(text, to: "long.sh")
        try await provision([
            "script": .string(script), "binary": .bool(isBinary), "skip_clean": .bool(true),
            "remote_file": .string("kept.sh"),
        ])
        #expect(await lines().last == "end")
        #expect(try folder.read("kept.sh") == (isBinary ? text : LineEndings.converted(text)))
    }

    @Test func `goes on with a warning when a background process holds the output`() async throws {
        try await provision([
            "inline": .string("sleep 3600 & echo $! >\(folder["process"])"),
            "output_grace": .string("100ms"),
        ])
        let warning = await ui.texts.last ?? ""
        #expect(warning.hasPrefix("Warning: script inline has ended (exit status 0), but"))
        let process = String(decoding: try folder.read("process"), as: UTF8.self)
        #expect(try isRunning(process))
        _ = kill(Int32(process.filter(\.isNumber)) ?? 0, SIGKILL)
    }
}
