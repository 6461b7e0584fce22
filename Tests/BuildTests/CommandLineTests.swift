import Foundation
import Processes
import TestSupport
import Testing

/// The program as users start it.
struct CommandLineTests {
    private let directory: TemporaryDirectory
    private let program: Program

    init() throws {
        directory = try TemporaryDirectory()
        program = Program(
            try ProjectFiles.packerSwift(),
            environment: ["NO_COLOR": "", "PACKER_NO_COLOR": "", "TERM": "xterm"]
        )
    }

    @Test(arguments: ["version", "-v", "-version", "--version", "--help", "build -help"])
    func `exits with 0 when it was asked for information`(_ arguments: String) async throws {
        let outcome = try await program.run(arguments.split(separator: " ").map(String.init))
        #expect(outcome.end == .exited(0))
        #expect(!outcome.output.isEmpty)
    }

    @Test(arguments: [
        "", "nosuch", "build", "build -nosuch t.json", "build a.json b.json",
        "build /nonexistent/t.json", "build -parallel-builds=-1 t.json",
        "build -parallel-builds=x t.json", "build -on-error=ask t.json",
        "validate -color=false t.json", "version -only=a",
    ])
    func `exits with 1 and says why when it cannot do what was asked`(
        _ arguments: String
    ) async throws {
        let outcome = try await program.run(arguments.split(separator: " ").map(String.init))
        #expect(outcome.end == .exited(1))
        #expect(!(outcome.output + outcome.errors).isEmpty)
    }

    @Test func `says its version for people and for machines`() async throws {
        #expect(try await program.succeed(["version"]) == "Packer-Swift v0.1.0\n")
        let events = try await program.succeed(["-machine-readable", "version"])
        #expect(events.contains(",,version,0.1.0\n"))
    }

    @Test func `finds nothing in the way of a build here`() async throws {
        let report = try await program.succeed(["doctor"])
        #expect(report.contains("libssh2"))
        #expect(report.contains("/bin/sh"))
        let events = try await program.succeed(["doctor", "-machine-readable"])
        #expect(events.split(separator: "\n").allSatisfy { $0.contains(",,doctor,") })
    }

    @Test func `takes Packer's flags on either side of the template`() async throws {
        let template = try write(#"["echo {{user `a`}}-{{user `b`}}"]"#)
        try directory.write(Array(#"{"b": "file"}"#.utf8), to: "v.json")
        let output = try await program.succeed([
            "build", "-color=false", "-var", "a=flag", template, "-var-file=\(directory["v.json"])",
            "--parallel-builds=1", "-force", "-timestamp-ui", "-debug=true", "-only=null",
            "-on-error=run-cleanup-provisioner",
        ])
        #expect(output.contains("null: flag-file"))
        #expect(output.contains("Z: "))
    }

    @Test func `reads a template from its standard input`() async throws {
        let template = try write(#"["true"]"#)
        let shell = Program(
            "/bin/sh",
            ["-c", "\"$0\" validate - < \"$1\"", program.path, template]
        )
        #expect(try await shell.succeed() == "The configuration is valid.\n")
    }

    @Test(
        arguments: [
            ("{", "standard input:1:2: "),
            (
                #"{"builders": [{"type": "null", "name": "{{template_dir}}"}]}"#,
                "template path not available"
            ),
        ]
    )
    func `names the standard input, which has no directory`(
        template: String,
        words: String
    ) async throws {
        let path = try directory.write(Array(template.utf8), to: "t.json")
        let outcome = try await Program("/bin/sh")
            .run(["-c", "\"$0\" validate - <\"$1\"", program.path, path])
        #expect(outcome.end == .exited(1))
        #expect(outcome.output.contains(words), "\(outcome.output)")
    }

    @Test func `colours a terminal only`() async throws {
        let template = try write(#"["true"]"#)
        let plain = try await program.run(["build", template])
        #expect(!plain.output.contains("\u{1B}"))
        let colored = try await program.run(["build", template], terminal: .init())
        #expect(colored.output.contains("\u{1B}[1;32mnull: output will be in this color."))
        let refused = try await program.run(["build", "-color=false", template], terminal: .init())
        #expect(!refused.output.contains("\u{1B}[1;"))
    }

    @Test(arguments: [(SIGINT, "interrupt"), (SIGTERM, "terminated"), (SIGHUP, "hangup")])
    func `a signal ends the script and everything of it`(
        _ signal: Int32,
        _ name: String
    ) async throws {
        let folder = try TemporaryDirectory()
        let template = try write(
            #"["echo $$ > \#(directory["pid"])", "echo begun", "sleep 300"]"#,
            folder: folder.path
        )
        let outcome = try await program.run(["build", template]) { running in
            try await running.says("null: begun")
            running.signal(signal)
        }
        #expect(outcome.end == .exited(1))
        #expect(outcome.output.contains("Cancelling build after receiving \(name)\n"))
        #expect(outcome.output.hasSuffix("Cleanly cancelled builds after being interrupted.\n"))
        #expect(try !isRunning(text("pid")))
        #expect(try folder.names().isEmpty)
    }

    @Test func `a second signal ends the program at once`() async throws {
        // The script does not mind TERM, so the first signal's clean-up takes its grace.
        let template = try write(
            #"["trap '' TERM", "echo $$ > \#(directory["pid"])", "echo begun", "while :; do sleep 1 || :; done"]"#,
            folder: directory.path
        )
        let outcome = try await program.run(["build", template]) { running in
            try await running.says("null: begun")
            running.signal(SIGINT)
            try await running.says("Cancelling build after receiving interrupt")
            running.signal(SIGINT)
        }
        #expect(outcome.end == .exited(1))
        #expect(!outcome.output.contains("Cleanly cancelled"))
        #expect(try !isRunning(text("pid")))
    }

    @Test func `stops quietly when nobody reads its output any more`() async throws {
        let folder = try TemporaryDirectory()
        let template = try write(
            #"["echo $$ > \#(directory["pid"])", "while :; do echo line; sleep 0.1; done"]"#,
            folder: folder.path
        )
        let shell = Program("/bin/sh")
        let outcome = try await shell.run([
            "-c", "{ '\(program.path)' build '\(template)'; echo status $? >&2; } | head -n 3",
        ])
        #expect(outcome.errors == "status 1\n")
        #expect(try !isRunning(text("pid")))
        #expect(try folder.names().isEmpty)
    }

    @Test func `logs to where PACKER_LOG_PATH says and else nowhere`() async throws {
        let template = try write(#"["true"]"#)
        #expect(try await program.run(["build", template]).errors.isEmpty)
        var logging = program
        logging.environment["PACKER_LOG"] = "1"
        logging.environment["PACKER_LOG_PATH"] = directory["log"]
        let outcome = try await logging.run(["build", template])
        #expect(outcome.end == .exited(0))
        #expect(outcome.errors.isEmpty)
        #expect(try directory.names().contains("log"))
    }

    @Test func `never shows the value of a sensitive variable`() async throws {
        let template = """
            {"variables": {"secret": "hunter2"}, "sensitive-variables": ["secret"],
             "builders": [{"type": "null", "communicator": "local"}],
             "provisioners": [{"type": "shell", "inline": ["echo got {{user `secret`}} here"]}]}
            """
        try directory.write(Array(template.utf8), to: "t.json")
        for flags in [[], ["-machine-readable"]] {
            let output = try await program.succeed(flags + ["build", directory["t.json"]])
            #expect(!output.contains("hunter2"))
            #expect(output.contains("got <sensitive> here"))
        }
    }

    private func write(_ inline: String, folder: String? = nil) throws -> String {
        let template = """
            {"variables": {"a": "", "b": ""},
             "builders": [{"type": "null", "communicator": "local"}],
             "provisioners": [{"type": "shell", "inline": \(inline),
                               "remote_folder": "\(folder ?? directory.path)"}]}
            """
        return try directory.write(Array(template.utf8), to: "t.json")
    }

    private func text(_ name: String) throws -> String {
        String(decoding: try directory.read(name), as: UTF8.self)
    }
}
