import Foundation
import Processes
import TestSupport
import Testing

@Suite("One template, run by Packer and by packer-swift")
struct SameFilesTests {
    @Test func `leaves the same files on the machine and brings back the same`() async throws {
        try await withBuildFixture { fixture in
            try writeSources(to: fixture.files)
            let template = try fixture.template(
                [fixture.builder()],
                provisioners(fixture),
                variables: ["root": "", "down": ""]
            )
            let tools = [("packer", try fixture.packer()), ("swift", try fixture.packerSwift())]
            var listings: [(remote: String, local: String)] = []
            for (name, tool) in tools {
                let root = "\(fixture.remote)/\(name)"
                let down = fixture.files["down-\(name)"]
                try await prepareRemote(root, fixture)
                try await tool.succeed([
                    "build", "-color=false", "-var", "root=\(root)", "-var", "down=\(down)",
                    template,
                ])
                listings.append(
                    (
                        try await fixture.listing(ofRemote: root),
                        try await fixture.listing(ofLocal: down)
                    )
                )
            }
            #expect(listings[0].remote == listings[1].remote)
            #expect(listings[0].local == listings[1].local)
            // Both could agree on nothing: these are some of the files that must be there.
            for name in ["by-script", "by-inline", "renamed", "into/run.sh", "tree/with space"] {
                #expect(listings[1].remote.contains(" \(name)\n"), "\(name) is missing")
            }
            for name in ["single", "made/single", "out/nested/deep"] {
                #expect(listings[1].local.contains(" \(name)\n"), "\(name) is missing")
            }
        }
    }

    private func provisioners(_ fixture: BuildFixture) -> [[String: Any]] {
        let files = fixture.files
        return [
            [
                "type": "shell", "script": files["script.sh"],
                "environment_vars": ["ROOT={{user `root`}}", "QUOTED=it's \"$HOME\" `x` \\ é"],
            ],
            [
                "type": "shell", "inline_shebang": "/bin/bash -e",
                "environment_vars": ["ROOT={{user `root`}}"],
                "execute_command": "chmod +x {{.Path}}; {{.Vars}} sudo -E {{.Path}}",
                "inline": ["id -un >\"$ROOT/by-inline\"", "umask >>\"$ROOT/by-inline\"", "exit 3"],
                "valid_exit_codes": [0, 3],
            ],
            ["type": "file", "source": files["run.sh"], "destination": "{{user `root`}}/renamed"],
            ["type": "file", "source": files["run.sh"], "destination": "{{user `root`}}/into/"],
            ["type": "file", "source": files["tree"], "destination": "{{user `root`}}"],
            ["type": "file", "source": files["tree"] + "/", "destination": "{{user `root`}}/flat"],
            [
                "type": "file", "direction": "download", "source": "{{user `root`}}/out/single",
                "destination": "{{user `down`}}/single",
            ],
            [
                "type": "file", "direction": "download", "source": "{{user `root`}}/out/single",
                "destination": "{{user `down`}}/made/",
            ],
            [
                "type": "file", "direction": "download", "source": "{{user `root`}}/out/",
                "destination": "{{user `down`}}/",
            ],
        ]
    }

    private func writeSources(to files: TemporaryDirectory) throws {
        // Carriage returns, and no newline at the end: both tools send what a shell can read.
        // SHLVL counts shells, and packer-swift keeps one more to prove the exit status.
        let script = """
            #!/bin/sh\r
            env | grep -v -e ^SSH_ -e ^_= -e ^SHLVL= -e ^ROOT= | LC_ALL=C sort >"$ROOT/by-script"\r
            pwd >>"$ROOT/by-script"\r
            echo last >>"$ROOT/by-script"
            """
        try files.write(Array(script.utf8), to: "script.sh")
        try files.write(Array("#!/bin/sh\necho hello\n".utf8), to: "run.sh", mode: 0o750)
        let manager = FileManager.default
        for name in ["tree/nested/deeper", "tree/empty", "tree/private"] {
            try manager.createDirectory(
                atPath: files[name],
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o755]
            )
        }
        try manager.setAttributes([.posixPermissions: 0o700], ofItemAtPath: files["tree/private"])
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        try files.write(bytes, to: "tree/binary", mode: 0o644)
        try files.write([], to: "tree/none", mode: 0o644)
        try files.write(Array("1".utf8), to: "tree/with space", mode: 0o600)
        try files.write(Array("2".utf8), to: "tree/it's $(id) é", mode: 0o640)
        try files.write(Array("3".utf8), to: "tree/-dash", mode: 0o755)
        try files.write(Array("4".utf8), to: "tree/nested/deeper/leaf", mode: 0o444)
        try files.write(Array("5".utf8), to: "tree/private/key", mode: 0o600)
    }

    private func prepareRemote(_ root: String, _ fixture: BuildFixture) async throws {
        try await fixture.server.exec(
            """
            set -e; mkdir -p \(root)/into \(root)/flat \(root)/out/nested
            echo single >\(root)/out/single
            head -c 300000 /dev/zero >\(root)/out/zeros
            echo deep >\(root)/out/nested/deep
            chown -R packer:packer \(root)
            """
        )
        try FileManager.default.createDirectory(
            atPath: fixture.files["down-" + (root.split(separator: "/").last ?? "")],
            withIntermediateDirectories: true
        )
    }
}
