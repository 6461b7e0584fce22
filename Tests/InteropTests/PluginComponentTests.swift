import Foundation
import Processes
import TestSupport
import Testing

@Suite("Components of a plugin in the real packer", .timeLimit(.minutes(10)))
struct PluginComponentTests {
    /// A builder that needs no machine.
    private let nowhere: [String: Any] = ["type": "null", "communicator": "none"]

    private func with(
        _ language: TemplateLanguage,
        _ builder: [String: Any],
        _ provisioners: [[String: Any]],
        postProcessors: [[String: Any]] = [],
        environment: [String: String] = [:],
        _ check: (Program.Outcome, TemporaryDirectory) async throws -> Void
    ) async throws {
        try await withBuildFixture { fixture in
            let template = try fixture.template(
                language,
                builder,
                provisioners,
                postProcessors: postProcessors
            )
            var packer = try fixture.packerWithTestPlugin()
            packer.environment.merge(environment) { $1 }
            try await check(
                try await packer.run(["build", "-color=false", template]),
                fixture.files
            )
        }
    }

    @Test(arguments: TemplateLanguage.allCases)
    func `nested blocks arrive, one and many`(language: TemplateLanguage) async throws {
        let blocks: [String: Any] = [
            "type": "test-blocks", "owner": ["name": "ann"],
            "tag": [["key": "a", "value": "1"], ["key": "b"]],
        ]
        try await with(language, nowhere, [blocks]) { outcome, _ in
            #expect(outcome.end == .exited(0), "\(outcome)")
            for line in ["owner: ann", "tag: a=1", "tag: b="] {
                #expect(outcome.output.contains(line + "\n"), "\(outcome.output)")
            }
        }
    }

    @Test(arguments: TemplateLanguage.allCases)
    func `no nested block at all is no block`(language: TemplateLanguage) async throws {
        try await with(language, nowhere, [["type": "test-blocks"]]) { outcome, _ in
            #expect(outcome.end == .exited(0), "\(outcome)")
            #expect(outcome.output.contains("owner: nobody\n") && !outcome.output.contains("tag:"))
        }
    }

    @Test func `nested blocks by the official name are what Debian's packer cannot read`()
        async throws
    {
        try await with(
            .hcl2,
            nowhere,
            [["type": "test-blocks"]],
            environment: ["PACKER_SWIFT_DEBIAN_HOST": "0"]
        ) { outcome, _ in
            #expect(outcome.end != .exited(0))
            #expect((outcome.output + outcome.errors).contains("name not registered"))
        }
    }

    @Test func `a crash leaves packer alive, with a readable error`() async throws {
        let crash: [String: Any] = ["type": "test-crash", "reason": "panic: the tower fell"]
        let environment = ["PACKER_LOG": "1"]
        try await with(.json, nowhere, [crash], environment: environment) { outcome, files in
            #expect(outcome.end == .exited(1))
            #expect(outcome.output.contains("now it crashes\n"), "\(outcome.output)")
            #expect(outcome.output.contains("Build 'null' errored"), "\(outcome.output)")
            #expect(outcome.output.contains("unexpected EOF"), "\(outcome.output)")
            #expect(outcome.errors.contains("the tower fell"), "\(outcome.errors)")
            // Packer takes the word for its own end, and writes a report of it.
            #expect(!(outcome.output + outcome.errors).contains("PACKER CRASH"))
            #expect(!FileManager.default.fileExists(atPath: files["crash.log"]))
        }
    }

    @Test func `what a component prints is in packer's log, and breaks nothing`() async throws {
        let printing: [String: Any] = ["type": "test-print", "lines": 5000]
        let environment = ["PACKER_LOG": "1"]
        try await with(.hcl2, nowhere, [printing], environment: environment) { outcome, _ in
            #expect(outcome.end == .exited(0), "\(outcome)")
            #expect(outcome.output.contains("all is printed\n"))
            #expect(!outcome.output.contains("printed line"))
            for line in ["printed while prepared", "printed line 1\n", "printed line 5000\n"] {
                #expect(outcome.errors.contains(line), "\(line) is missing")
            }
        }
    }

    @Test(arguments: TemplateLanguage.allCases)
    func `its post-processor gets packer's artifact`(language: TemplateLanguage) async throws {
        let folder = try TemporaryDirectory()
        // Packer's own builder, which makes a file.
        let builder: [String: Any] = [
            "type": "file", "content": "made by packer", "target": folder["made"],
        ]
        let list: [String: Any] = ["type": "test-list", "prefix": "seen"]
        try await with(language, builder, [], postProcessors: [list]) { outcome, _ in
            #expect(outcome.end == .exited(0), "\(outcome)")
            for line in ["seen builder packer.file id File", "seen file \(folder["made"])"] {
                #expect(outcome.output.contains(line + "\n"), "\(outcome.output)")
            }
            #expect(outcome.output.contains("the list of 1 files"), "\(outcome.output)")
        }
    }

    @Test(arguments: TemplateLanguage.allCases)
    func `packer's manifest is made of its artifacts`(language: TemplateLanguage) async throws {
        let folder = try TemporaryDirectory()
        _ = try folder.write(Array("four".utf8), to: "listed")
        let builder: [String: Any] = ["type": "test-files", "files": [folder["listed"]]]
        let work: [[String: Any]] = [
            ["type": "test-list"], ["type": "manifest", "output": folder["manifest.json"]],
        ]
        try await with(language, builder, [], postProcessors: work) { outcome, _ in
            #expect(outcome.end == .exited(0), "\(outcome)")
            #expect(outcome.output.contains("found builder test.files id list-1\n"))
            let data = try Data(contentsOf: URL(fileURLWithPath: folder["manifest.json"]))
            let manifest = try #require(
                try JSONSerialization.jsonObject(with: data) as? [String: Any]
            )
            let builds = try #require(manifest["builds"] as? [[String: Any]])
            #expect(builds.first?["builder_type"] as? String == "test-files")
            // In JSON the two stand one after the other in a chain, in HCL2 each for itself.
            let id = language == .json ? "listed-2" : "list-1"
            #expect(builds.first?["artifact_id"] as? String == id)
            let files = builds.first?["files"] as? [[String: Any]]
            #expect(files?.first?["name"] as? String == folder["listed"])
            #expect(files?.first?["size"] as? Int == 4)
        }
    }
}
