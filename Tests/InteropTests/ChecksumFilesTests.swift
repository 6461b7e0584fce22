import Foundation
import TestSupport
import Testing

/// Our post-processor beside Packer's own, in the real packer.
@Suite(.timeLimit(.minutes(5)))
struct ChecksumFilesTests {
    private let here: TemporaryDirectory

    init() throws {
        here = try TemporaryDirectory()
        try FileManager.default.createDirectory(
            atPath: here["plugins"],
            withIntermediateDirectories: true
        )
        try FileManager.default.copyItem(
            atPath: try ProjectFiles.pluginSwift(),
            toPath: here["plugins/packer-plugin-swift"]
        )
    }

    private func build(_ postProcessors: [[String: Any]]) async throws {
        let builder = ["type": "file", "name": "bn", "content": "x", "target": here["x"]]
        let files: [String: Any] = [
            "type": "artifice", "files": [here["one"], here["two"], here["empty"]],
            "keep_input_artifact": true,
        ]
        let chains = postProcessors.map { [files, $0] }
        let template: [String: Any] = ["builders": [builder], "post-processors": chains]
        let text = try JSONSerialization.data(withJSONObject: template)
        let packer = Program(
            try ProjectFiles.packer(),
            environment: [
                "HOME": here.path, "PACKER_CONFIG_DIR": here.path, "CHECKPOINT_DISABLE": "1",
                "PACKER_CACHE_DIR": here["cache"], "PACKER_PLUGIN_PATH": here["plugins"],
            ],
            directory: here.path
        )
        try await packer.succeed(["build", try here.write([UInt8](text), to: "template.json")])
    }

    @Test func `its files have the bytes of those of packer's own`() async throws {
        _ = try here.write(Array("one\n".utf8), to: "one")
        _ = try here.write((0..<200_000).map { UInt8(truncatingIfNeeded: $0) }, to: "two")
        _ = try here.write([], to: "empty")
        let types = ["sha512", "sha384", "sha256", "sha224", "sha1", "md5"]
        let shapes = [
            "deep/{{.BuildName}}_{{.BuilderType}}_{{.ChecksumType}}", "deep/all-in-one",
            "deep/{{build_name}}-{{upper .ChecksumType}}",
        ]
        var all: [[String: Any]] = []
        for (prefix, folder) in [("", "packers"), ("swift-", "ours")] {
            for shape in shapes {
                all.append([
                    "type": "\(prefix)checksum", "checksum_types": types,
                    "output": "\(here[folder])/\(shape)",
                ])
            }
        }
        try await build(all)
        try await Program("diff").succeed(["-r", here["packers"], here["ours"]])
        let names = try FileManager.default.contentsOfDirectory(atPath: here["ours/deep"])
        #expect(names.count == 13)
    }

    @Test func `its defaults are those of packer's own`() async throws {
        for name in ["one", "two", "empty"] { _ = try here.write(Array(name.utf8), to: name) }
        try await build([["type": "checksum"]])
        let theirs = try here.read("packer_bn_file_md5.checksum")
        try FileManager.default.removeItem(atPath: here["packer_bn_file_md5.checksum"])
        for _ in 0..<2 { try await build([["type": "swift-checksum"]]) }
        #expect(try here.read("packer_bn_file_md5.checksum") == theirs)
    }
}
