import Foundation
import Processes
import TestSupport
import Testing

/// The plugins of `Examples` in the real packer.
@Suite(.timeLimit(.minutes(5)))
struct ExampleTests {
    private struct Example: CustomTestStringConvertible {
        var name: String
        /// The key of its component in the description, and the component.
        var key: String
        var component: String
        var testDescription: String { name }

        static let all = [
            Example(name: "archive", key: "post_processors", component: "tar"),
            Example(name: "folder", key: "builders", component: "local"),
            Example(name: "greet", key: "provisioners", component: "user"),
            Example(name: "machine", key: "builders", component: "ssh"),
            Example(name: "revision", key: "datasources", component: "git"),
        ]
    }

    /// Packer with some of the plugins.
    private func packer(_ names: [String], _ files: TemporaryDirectory) throws -> Program {
        let folder = files["plugins"]
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for name in names {
            let plugin = "packer-plugin-\(name)"
            try FileManager.default.copyItem(
                atPath: try ProjectFiles.example(plugin),
                toPath: "\(folder)/\(plugin)"
            )
        }
        return Program(
            try ProjectFiles.packer(),
            environment: [
                "HOME": files.path, "PACKER_CONFIG_DIR": files.path, "CHECKPOINT_DISABLE": "1",
                "PACKER_CACHE_DIR": files["cache"], "PACKER_PLUGIN_PATH": folder,
            ],
            directory: files.path
        )
    }

    @Test(arguments: Example.all)
    private func `says what it has`(example: Example) async throws {
        let plugin = Program(try ProjectFiles.example("packer-plugin-\(example.name)"))
        let text = try await plugin.succeed(["describe"])
        let description = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        for key in ["builders", "provisioners", "post_processors", "datasources"] {
            let expected = key == example.key ? [example.component] : []
            #expect(description?[key] as? [String] == expected)
        }
    }

    @Test func `a folder is made, provisioned and packed`() async throws {
        let here = try TemporaryDirectory()
        let template = #"""
            {
              "builders": [{ "type": "folder-local", "name": "f", "path": "made here" }],
              "provisioners": [
                { "type": "greet-user", "name": "it's", "path": "{{build `ID`}}/greeting" },
                { "type": "shell", "inline": ["echo inline > 'made here/by-shell'"] }
              ],
              "post-processors": [{ "type": "archive-tar", "output": "{{build_name}}.tar.gz" }]
            }
            """#
        let path = try here.write(Array(template.utf8), to: "template.json")
        let output = try await packer(["folder", "greet", "archive"], here)
            .succeed(["build", "-color=false", path])
        #expect(output.contains("f: Greeting it's in made here/greeting"), "\(output)")
        #expect(output.contains("The archive f.tar.gz"), "\(output)")
        #expect(try here.read("made here/greeting") == Array("Hello, it's!\n".utf8))
        let packed = try await Program("tar", directory: here.path).succeed(["-tzf", "f.tar.gz"])
        #expect(packed == "made here/by-shell\nmade here/greeting\n")
    }

    @Test func `a machine is provisioned over SSH`() async throws {
        try await withBuildFixture { fixture in
            let builder: [String: Any] = [
                "type": "machine-ssh", "host": fixture.server.host, "port": fixture.server.port,
                "username": "packer", "private_key_file": fixture.server.privateKeyPath,
            ]
            let greeting = "\(fixture.remote)/greeting"
            let template = try fixture.template(
                [builder],
                [["type": "greet-user", "name": "machine", "path": greeting]]
            )
            try await packer(["machine", "greet"], fixture.files).succeed(["build", template])
            #expect(try await fixture.server.exec("cat \(greeting)") == "Hello, machine!\n")
        }
    }

    @Test func `a template is told all the options that are missing`() async throws {
        let here = try TemporaryDirectory()
        let template = #"{"builders": [{"type": "machine-ssh", "hots": "x"}]}"#
        let path = try here.write(Array(template.utf8), to: "template.json")
        let outcome = try await packer(["machine"], here).run(["validate", path])
        #expect(outcome.end == .exited(1))
        for word in ["host", "hots", "username", "private_key_file"] {
            #expect(outcome.output.contains(word), "\(outcome.output)")
        }
    }
}
