import Foundation
import Processes
import TestSupport
import Testing

/// Post-processors of Debian's packer and of Swift, in builds of packer-swift and of packer itself.
@Suite("Go's post-processors hosted by packer-swift", .timeLimit(.minutes(3)))
struct HostedPostProcessorTests {
    private static let go = [
        "builder-file", "post-processor-manifest", "post-processor-checksum",
        "post-processor-compress", "post-processor-shell-local",
    ]

    private func template(_ parts: [String: Any], in files: TemporaryDirectory) throws -> String {
        let text = try JSONSerialization.data(withJSONObject: parts, options: [.sortedKeys])
        return try files.write([UInt8](text), to: "template.json")
    }

    /// A file that is made, compressed, summed, written down, and looked at.
    private static var whole: [String: Any] {
        [
            "builders": [["type": "file", "content": "some content\n", "target": "made.txt"]],
            "post-processors": [
                [
                    [
                        "type": "compress", "output": "made.tar.gz", "keep_input_artifact": true,
                    ],
                    [
                        "type": "checksum", "checksum_types": ["md5", "sha256"],
                        "output": "sums_{{.ChecksumType}}",
                    ],
                ],
                ["type": "manifest", "output": "manifest.json", "custom_data": ["key": "value"]],
                ["type": "shell-local", "inline": ["cat made.txt > seen.txt"]],
            ] as [Any],
        ]
    }

    /// What a build said of its artifacts, and which files it left.
    private func outcome(
        of program: Program,
        _ arguments: [String],
        in files: TemporaryDirectory
    ) async throws -> (artifacts: [String], files: [String]) {
        let outcome = try await program.run(arguments)
        #expect(outcome.end == .exited(0), "\(outcome.output)\(outcome.errors)")
        let artifacts = outcome.output.split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix("--> ") }
        let left = try files.names().filter { !$0.hasPrefix("go-plugins") && $0 != "packer-home" }
        return (artifacts, left)
    }

    @Test(arguments: Isolation.allCases)
    func `a chain of them makes what it makes in packer`(_ isolation: Isolation) async throws {
        let (ours, theirs) = (try TemporaryDirectory(), try TemporaryDirectory())
        let folder = try ours.goPlugins(Self.go)
        let own = Program(
            try ProjectFiles.packerSwift(),
            environment: ["NO_COLOR": "1"],
            directory: ours.path
        )
        let arguments = ["build", "-plugin-path", folder] + isolation.arguments
        let made = try await outcome(
            of: own,
            arguments + [try template(Self.whole, in: ours)],
            in: ours
        )
        let packer = Program(
            try ProjectFiles.packer(),
            environment: ["HOME": theirs.path, "CHECKPOINT_DISABLE": "1", "PACKER_NO_COLOR": "1"],
            directory: theirs.path
        )
        let expected = try await outcome(
            of: packer,
            ["build", try template(Self.whole, in: theirs)],
            in: theirs
        )
        #expect(made.artifacts == expected.artifacts)
        #expect(made.files == expected.files.filter { $0 != ".packer.d" && $0 != ".config" })
        for name in ["sums_md5", "seen.txt", "made.txt"] {
            #expect(try ours.read(name) == theirs.read(name), "\(name)")
        }
        let manifest = try ours.read("manifest.json")
        let text = String(decoding: manifest, as: UTF8.self)
        #expect(text.contains(#""key": "value""#))
        // One run for all of them.
        #expect(!text.contains(#""packer_run_uuid": """#), "\(text)")
    }

    @Test(arguments: Isolation.allCases)
    func `Go's post-processor works after a Go builder, Swift provisioners and a Swift one`(
        _ isolation: Isolation
    ) async throws {
        let files = try TemporaryDirectory()
        let folder = try files.goPlugins(["builder-file", "post-processor-manifest"])
        let parts: [String: Any] = [
            "builders": [["type": "file", "content": "x", "target": "made.txt"]],
            "post-processors": [
                [
                    ["type": "checksum", "checksum_types": ["sha256"]],
                    ["type": "manifest", "output": "manifest.json"],
                ]
            ],
        ]
        let own = Program(
            try ProjectFiles.packerSwift(),
            environment: ["NO_COLOR": "1"],
            directory: files.path
        )
        let arguments = ["build", "-plugin-path", folder] + isolation.arguments
        _ = try await outcome(of: own, arguments + [try template(parts, in: files)], in: files)
        let manifest = String(decoding: try files.read("manifest.json"), as: UTF8.self)
        #expect(manifest.contains("packer_file_file_sha256.checksum"), "\(manifest)")
    }

    @Test(arguments: Isolation.allCases)
    func `Go's manifest is written after the Swift builder and Go's provisioner`(
        _ isolation: Isolation
    ) async throws {
        try await withBuildFixture { fixture in
            let parts: [String: Any] = [
                "builders": [fixture.builder()],
                "provisioners": [
                    ["type": "shell", "inline": ["echo $PACKER_BUILD_NAME >\(fixture.remote)/n"]],
                    ["type": "shell-local", "inline": ["true"]],
                ],
                "post-processors": [["type": "manifest", "output": fixture.files["m.json"]]],
            ]
            let outcome = try await fixture.build(
                try template(parts, in: fixture.files),
                go: ["provisioner-shell", "post-processor-manifest"],
                isolation
            )
            #expect(outcome.end == .exited(0), "\(outcome.output)\(outcome.errors)")
            #expect(try await fixture.server.exec("cat \(fixture.remote)/n") == "machine\n")
            let manifest = String(decoding: try fixture.files.read("m.json"), as: UTF8.self)
            #expect(manifest.contains(#""builder_type": "null""#), "\(manifest)")
        }
    }

    @Test func `one that fails fails the build, and what the builder made is kept`() async throws {
        let files = try TemporaryDirectory()
        let folder = try files.goPlugins(["builder-file", "post-processor-shell-local"])
        let parts: [String: Any] = [
            "builders": [["type": "file", "content": "x", "target": "made.txt"]],
            "post-processors": [["type": "shell-local", "inline": ["exit 3"]]],
        ]
        let own = Program(try ProjectFiles.packerSwift(), directory: files.path)
        let template = try template(parts, in: files)
        let outcome = try await own.run(["build", "-plugin-path", folder, template])
        #expect(outcome.end == .exited(1))
        #expect(outcome.output.contains("Post-processor failed: "), "\(outcome.output)")
        #expect(try files.read("made.txt") == Array("x".utf8))
    }
}
