import Foundation
import Processes
import TestSupport
import Testing

@Suite("Several builds of one template")
struct SeveralBuildsTests {
    /// Two builds that say what they see of each other, in a file of their own each.
    private func template(_ fixture: BuildFixture, _ lines: [String]) throws -> String {
        try fixture.template(
            [fixture.builder("one"), fixture.builder("two", user: "user-dash")],
            [["type": "shell", "inline": ["cd \(fixture.remote)"] + lines]]
        )
    }

    /// Each waits for the other, up to half a minute.
    private static let meet = [
        "touch here-$PACKER_BUILD_NAME",
        "n=0; until [ -e here-one ] && [ -e here-two ]; do",
        "n=$((n + 1)); [ $n -lt 300 ]; sleep 0.1; done",
    ]

    @Test func `run side by side`() async throws {
        try await withBuildFixture { fixture in
            let template = try template(fixture, Self.meet)
            let output = try await fixture.packerSwift().succeed(["build", template])
            for name in ["one", "two"] {
                #expect(output.contains("Build '\(name)' finished"), "\(output)")
            }
        }
    }

    @Test func `run one after the other with -parallel-builds=1`() async throws {
        try await withBuildFixture { fixture in
            // A second build that begins before the first has ended finds its mark.
            let alone = ["mkdir busy", "echo $PACKER_BUILD_NAME >>order", "sleep 1", "rmdir busy"]
            let template = try template(fixture, ["umask 0"] + alone)
            _ = try await fixture.packerSwift()
                .succeed(["build", "-parallel-builds=1", template])
            let order = try await fixture.server.exec("sort \(fixture.remote)/order")
            #expect(order == "one\ntwo\n")
        }
    }

    @Test(arguments: [("-only=two", "two\n"), ("-except=two", "one\n")])
    func `run only those that were chosen`(choice: String, expected: String) async throws {
        try await withBuildFixture { fixture in
            let template = try template(fixture, ["umask 0; echo $PACKER_BUILD_NAME >>ran"])
            _ = try await fixture.packerSwift().succeed(["build", choice, template])
            let ran = try await fixture.server.exec("sort \(fixture.remote)/ran")
            #expect(ran == expected)
        }
    }

    @Test func `one that fails leaves the other alone, and the exit code is 1`() async throws {
        try await withBuildFixture { fixture in
            let lines = ["[ $PACKER_BUILD_NAME = one ]", "touch finished-$PACKER_BUILD_NAME"]
            let template = try template(fixture, lines)
            let outcome = try await fixture.packerSwift().run(["build", template])
            #expect(outcome.end == .exited(1))
            #expect(outcome.output.contains("Build 'one' finished"))
            #expect((outcome.output + outcome.errors).contains("Build 'two' errored"))
            let left = try await fixture.server.exec("ls \(fixture.remote)")
            #expect(left == "finished-one\n")
        }
    }

    @Test func `tell machines what happens, one event a line`() async throws {
        try await withBuildFixture { fixture in
            let template = try template(fixture, ["echo a, b", "echo on stderr >&2"])
            let output = try await fixture.packerSwift()
                .succeed(["-machine-readable", "build", template])
            let lines = output.split(separator: "\n")
            #expect(!lines.isEmpty)
            for line in lines {
                #expect(try /[0-9]{10},[^,]*,[a-z-]+,.*/.wholeMatch(in: line) != nil, "\(line)")
            }
            for name in ["one", "two"] {
                let said = lines.filter { $0.contains(",ui,") && $0.contains(name) }
                #expect(said.contains { $0.contains("a%!(PACKER_COMMA) b") }, "\(output)")
                #expect(said.contains { $0.contains("ui,error,") && $0.contains("on stderr") })
            }
        }
    }
}
