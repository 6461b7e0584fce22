import Foundation
import PluginHost
import TestSupport

/// A plugin with its checksum, to be signed.
struct SignedPlugin {
    let files: TemporaryDirectory
    let path: String

    init() async throws {
        files = try TemporaryDirectory()
        path = try files.write(
            Array("#!/bin/sh\necho right\n".utf8),
            to: "packer-plugin-s",
            mode: 0o755
        )
        try await run("printf %s $(sha256sum < $P | cut -c1-64) > ${P}_SHA256SUM")
    }

    /// Runs a line of shell; `$P` is the plugin, `$D` the folder, and GnuPG's own is in that.
    func run(_ line: String) async throws {
        var shell = Program("sh")
        shell.environment = ["P": path, "D": files.path, "GNUPGHOME": files["gpg"]]
        _ = try await shell.succeed(["-c", "set -e; \(line)"])
    }

    /// Why the plugin is refused, or `nil`.
    func refusal(_ policy: SignaturePolicy) async throws -> String? {
        do {
            let program = try await VerifiedProgram.open(
                path,
                .checksum,
                copyingTo: files.path,
                signatures: policy
            )
            program.close()
            return nil
        } catch let error as Refused {
            return error.description
        }
    }
}
