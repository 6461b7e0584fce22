import Foundation
import Processes
import TestSupport
import Testing

@Suite("A locked private key")
struct PassphraseTests {
    private static let passphrase = "0pen-sesame é"

    /// A locked key that logs in to the fixture's server.
    private func lockedKey(_ maker: KeyMaker, _ fixture: BuildFixture) async throws -> String {
        let path = try await maker.key("ed25519", passphrase: Self.passphrase, rounds: 4)
        try await fixture.server.authorize("\(path).pub")
        return path
    }

    private func count(of text: String, in running: RunningProgram) -> Int {
        running.output.ranges(of: text).count
    }

    /// Waits for a question, which is only asked once the echo is off.
    private func asks(_ question: String, times: Int = 1, _ running: RunningProgram) async throws {
        try await eventually("question \(times) in \(running.output)", within: .seconds(60)) {
            count(of: question, in: running) == times
        }
    }

    @Test func `is asked for until its passphrase is right, and shows it nowhere`() async throws {
        try await withBuildFixture { fixture in
            let maker = try KeyMaker()
            let path = try await lockedKey(maker, fixture)
            let template = try fixture.template(
                [fixture.builder(more: ["ssh_private_key_file": path])],
                [["type": "shell", "inline": ["echo it said \(Self.passphrase)"]]]
            )
            let outcome = try await fixture.packerSwift().run(
                ["build", template],
                terminal: .init()
            ) { running in
                try await asks("Passphrase for \(path): ", running)
                try await running.type("wr0ng-0ne\n")
                try await asks("Passphrase for \(path): ", times: 2, running)
                #expect(running.output.contains("That passphrase does not unlock \(path)."))
                try await running.type("\(Self.passphrase)\n")
            }
            #expect(outcome.end == .exited(0), "\(outcome.output)")
            #expect(outcome.output.contains("it said <sensitive>"), "\(outcome.output)")
            #expect(!outcome.output.contains("sesame"))
            #expect(!outcome.output.contains("wr0ng"))
            #expect(outcome.output.ranges(of: "Passphrase for").count == 2)
        }
    }

    @Test func `ends its build after three wrong passphrases`() async throws {
        try await withBuildFixture { fixture in
            let maker = try KeyMaker()
            let path = try await maker.key("rsa-2048", .pkcs8, passphrase: Self.passphrase)
            let template = try fixture.template(
                [fixture.builder(more: ["ssh_private_key_file": path])],
                []
            )
            let outcome = try await fixture.packerSwift().run(
                ["build", template],
                terminal: .init()
            ) { running in
                for (number, wrong) in ["", "one", "two"].enumerated() {
                    try await asks("Passphrase for \(path): ", times: number + 1, running)
                    try await running.type("\(wrong)\n")
                }
            }
            #expect(outcome.end == .exited(1))
            #expect(outcome.output.contains("none of 3 passphrases is right"), "\(outcome.output)")
            #expect(outcome.output.ranges(of: "Passphrase for").count == 3)
        }
    }

    @Test func `is asked for once by two builds at once, in a template's text too`() async throws {
        try await withBuildFixture { fixture in
            let maker = try KeyMaker()
            let path = try await lockedKey(maker, fixture)
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let inline = ["ssh_private_key": text, "ssh_private_key_file": ""]
            let template = try fixture.template(
                [fixture.builder("one", more: inline), fixture.builder("two", more: inline)],
                [["type": "shell", "inline": ["echo done"]]]
            )
            let outcome = try await fixture.packerSwift().run(
                ["build", template],
                terminal: .init()
            ) { running in
                try await asks("Passphrase for ssh_private_key of ", running)
                try await running.type("\(Self.passphrase)\n")
            }
            #expect(outcome.end == .exited(0), "\(outcome.output)")
            #expect(outcome.output.ranges(of: "Passphrase for").count == 1)
            for name in ["one", "two"] {
                #expect(outcome.output.contains("Build '\(name)' finished"), "\(outcome.output)")
            }
        }
    }

    @Test func `is asked for while another build's output waits`() async throws {
        try await withBuildFixture { fixture in
            let maker = try KeyMaker()
            let path = try await lockedKey(maker, fixture)
            let wait = "until [ -e \(fixture.remote)/go ]; do sleep 0.1; done"
            let template = try fixture.template(
                [
                    fixture.builder("locked", more: ["ssh_private_key_file": path]),
                    fixture.builder("open"),
                ],
                [
                    [
                        "type": "shell",
                        "inline": [
                            wait, "echo loud $PACKER_BUILD_NAME",
                            "touch \(fixture.remote)/done-$PACKER_BUILD_NAME",
                        ],
                    ]
                ]
            )
            let server = fixture.server
            let outcome = try await fixture.packerSwift().run(
                ["build", template],
                terminal: .init()
            ) { running in
                try await asks("Passphrase for \(path): ", running)
                try await server.exec("touch \(fixture.remote)/go")
                try await eventually("the other build's end", within: .seconds(60)) {
                    try await server.exec("ls \(fixture.remote)").contains("done-open")
                }
                #expect(running.output.hasSuffix("Passphrase for \(path): "))
                try await running.type("\(Self.passphrase)\n")
            }
            #expect(outcome.end == .exited(0), "\(outcome.output)")
            let question = try #require(outcome.output.firstRange(of: "Passphrase for"))
            let rest = outcome.output[question.upperBound...]
            #expect(rest.contains("loud open") && rest.contains("loud locked"))
        }
    }

    @Test func `leaves the terminal as it was when Ctrl-C answers the question`() async throws {
        try await withBuildFixture { fixture in
            let maker = try KeyMaker()
            let path = try await lockedKey(maker, fixture)
            let template = try fixture.template(
                [fixture.builder(more: ["ssh_private_key_file": path])],
                [["type": "shell", "inline": ["echo never"]]]
            )
            let program = try fixture.packerSwift().path
            // The shell outlives Ctrl-C and reads what was typed and not taken.
            let script = """
                trap : INT; stty -a >before; '\(program)' build '\(template)'; echo status $?
                stty -a >after; cmp before after && echo as it was; read line; echo "[$line]"
                """
            let shell = Program("sh", ["-c", script], directory: fixture.files.path)
            let outcome = try await shell.run(terminal: .init()) { running in
                try await asks("Passphrase for \(path): ", running)
                try await running.type("half a secret\u{3}")
                try await running.says("as it was")
                try await running.type("whole line\n")
            }
            #expect(outcome.output.contains("status 1"), "\(outcome.output)")
            #expect(outcome.output.contains("as it was"), "\(outcome.output)")
            #expect(outcome.output.contains("Cleanly cancelled builds"))
            #expect(outcome.output.contains("[whole line]"))
            #expect(!outcome.output.contains("half a"))
        }
    }

    @Test func `is valid only where somebody can be asked`() async throws {
        try await withBuildFixture { fixture in
            let maker = try KeyMaker()
            let path = try await maker.key("ecdsa-256", .pem, passphrase: Self.passphrase)
            let template = try fixture.template(
                [fixture.builder(more: ["ssh_private_key_file": path])],
                []
            )
            let program = try fixture.packerSwift()
            let asked = try await program.run(["validate", template], terminal: .init())
            #expect(asked.end == .exited(0), "\(asked.output)")
            #expect(!asked.output.contains("Passphrase"))
            let machine = ["-machine-readable", "validate", template]
            let refused = [
                try await program.run(["validate", template]),
                try await program.run(["build", template]),
                try await program.run(machine, terminal: .init()),
            ]
            for outcome in refused {
                #expect(outcome.end == .exited(1))
                let words = outcome.output + outcome.errors
                #expect(words.contains("it is locked with a passphrase"), "\(words)")
                #expect(words.contains("ssh_private_key_passphrase"), "\(words)")
            }
        }
    }
}
