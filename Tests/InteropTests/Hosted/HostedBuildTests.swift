import Foundation
import Processes
import TestSupport
import Testing

/// Debian packer's own Go components, in builds of packer-swift.
@Suite("Go's components hosted by packer-swift", .timeLimit(.minutes(3)))
struct HostedBuildTests {
    private static let provisioners = [
        "provisioner-shell", "provisioner-file", "provisioner-sleep", "provisioner-breakpoint",
    ]

    /// Steps that leave traces on the machine, whoever does them.
    private func steps(_ fixture: BuildFixture) throws -> [[String: Any]] {
        let source = try fixture.files.write(Array("carried\n".utf8), to: "source.txt")
        return [
            ["type": "file", "source": source, "destination": "\(fixture.remote)/uploaded.txt"],
            [
                "type": "shell",
                "environment_vars": ["GREETING=it's me"],
                "inline": [
                    "cat \(fixture.remote)/uploaded.txt >\(fixture.remote)/ran.txt",
                    "echo $GREETING $PACKER_BUILD_NAME $PACKER_BUILDER_TYPE >>\(fixture.remote)/ran.txt",
                ],
            ],
            [
                "type": "file", "direction": "download", "source": "\(fixture.remote)/ran.txt",
                "destination": fixture.files["fetched.txt"],
            ],
        ]
    }

    private func check(_ outcome: Program.Outcome, _ fixture: BuildFixture) throws {
        #expect(outcome.end == .exited(0), "\(outcome.output)\(outcome.errors)")
        let fetched = String(decoding: try fixture.files.read("fetched.txt"), as: UTF8.self)
        #expect(fetched == "carried\nit's me machine null\n")
        #expect(try leftovers(fixture).isEmpty)
    }

    /// What runs or lies about after a build that should not.
    private func leftovers(_ fixture: BuildFixture) throws -> [String] {
        let folder = fixture.files.path
        let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter {
            Int($0) != nil
        }
        return processes.filter { number in
            let line = try? String(contentsOfFile: "/proc/\(number)/environ", encoding: .utf8)
            return line?.contains(folder) == true
        }
    }

    @Test(arguments: Isolation.allCases)
    func `Go's provisioners work on a machine of the Swift builder`(_ isolation: Isolation)
        async throws
    {
        try await withBuildFixture { fixture in
            let more: [[String: Any]] = [
                ["type": "sleep", "duration": "10ms"],
                ["type": "breakpoint", "disable": true, "note": "on the way"],
            ]
            let template = try fixture.template([fixture.builder()], steps(fixture) + more)
            let outcome = try await fixture.build(template, go: Self.provisioners, isolation)
            try check(outcome, fixture)
            #expect(outcome.output.contains("Breakpoint provisioner with note"))
        }
    }

    @Test(arguments: Isolation.allCases)
    func `the Swift provisioners work on a machine of Go's builder`(_ isolation: Isolation)
        async throws
    {
        try await withBuildFixture { fixture in
            let template = try fixture.template([fixture.builder()], steps(fixture))
            try check(
                try await fixture.build(template, go: ["builder-null"], isolation),
                fixture
            )
        }
    }

    @Test(arguments: Isolation.allCases)
    func `Go's builder and provisioners work with Swift ones between them`(
        _ isolation: Isolation
    ) async throws {
        try await withBuildFixture { fixture in
            let template = try fixture.template([fixture.builder()], steps(fixture))
            let outcome = try await fixture.build(
                template,
                go: ["builder-null", "provisioner-shell"],
                isolation
            )
            try check(outcome, fixture)
        }
    }

    @Test(arguments: Isolation.allCases)
    func `Go's file builder makes its artifact`(_ isolation: Isolation) async throws {
        try await withBuildFixture { fixture in
            let target = fixture.files["made.txt"]
            let builder: [String: Any] = ["type": "file", "content": "made", "target": target]
            let template = try fixture.template([builder], [])
            let outcome = try await fixture.build(template, go: ["builder-file"], isolation)
            #expect(outcome.end == .exited(0), "\(outcome.output)\(outcome.errors)")
            #expect(outcome.output.contains("--> file: Stored file: \(target)"))
            #expect(try fixture.files.read("made.txt") == Array("made".utf8))
        }
    }

    @Test(arguments: Isolation.allCases)
    func `a script that fails fails the build in the plugin's words`(_ isolation: Isolation)
        async throws
    {
        try await withBuildFixture { fixture in
            let failing: [String: Any] = ["type": "shell", "inline": ["echo so far; exit 7"]]
            let template = try fixture.template([fixture.builder()], [failing])
            for components in [["provisioner-shell"], ["builder-null"], []] {
                let outcome = try await fixture.build(template, go: components, isolation)
                #expect(outcome.end == .exited(1))
                #expect(outcome.output.contains("so far"))
                let reason = "Script exited with non-zero exit status: 7"
                #expect(outcome.output.contains(reason), "\(components): \(outcome.output)")
            }
        }
    }

    @Test func `what a plugin finds wrong with its options has its place in the template`()
        async throws
    {
        try await withBuildFixture { fixture in
            let wrong: [String: Any] = ["type": "shell", "inlin": ["true"]]
            let template = try fixture.template([fixture.builder()], [wrong])
            let folder = try fixture.files.goPlugins(["provisioner-shell"])
            let outcome = try await fixture.packerSwift()
                .run(["validate", "-plugin-path", folder, template])
            #expect(outcome.end == .exited(1))
            #expect(outcome.output.contains("template.json:1:"), "\(outcome.output)")
            #expect(outcome.output.contains("inlin"), "\(outcome.output)")
        }
    }

    @Test func `a breakpoint asks on the terminal and goes on when it is answered`() async throws {
        try await withBuildFixture { fixture in
            let breakpoint: [String: Any] = ["type": "breakpoint", "note": "look"]
            let template = try fixture.template([fixture.builder()], [breakpoint])
            let folder = try fixture.files.goPlugins(["provisioner-breakpoint"])
            let outcome = try await fixture.packerSwift().run(
                ["build", "-plugin-path", folder, template],
                terminal: .init()
            ) { running in
                try await running.says("Press enter to continue")
                try await running.type("\n")
            }
            #expect(outcome.end == .exited(0), "\(outcome.output)")
        }
    }
}
