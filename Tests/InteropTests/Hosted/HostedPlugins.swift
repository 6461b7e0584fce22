import Foundation
import TestSupport

/// Whether the built-in components of a host run in processes of their own.
enum Isolation: String, Sendable, CaseIterable {
    case inProcess, isolated

    var arguments: [String] { self == .isolated ? ["-isolate"] : [] }
}

extension TemporaryDirectory {
    /// A folder of plugins in which Debian packer's own components are, by scripts that start them.
    ///
    /// - Parameter components: As `provisioner-shell`.
    /// - Returns: The folder.
    /// - Throws: What writing them throws.
    func goPlugins(_ components: [String]) throws -> String {
        let folder = self["go-plugins"]
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755]
        )
        let packer = try ProjectFiles.packer()
        for component in components {
            let script = "#!/bin/sh\nexec \(packer) plugin packer-\(component)\n"
            try write(
                Array(script.utf8),
                to: "go-plugins/packer-\(component)",
                mode: 0o755
            )
        }
        return folder
    }
}

extension BuildFixture {
    /// Runs a template on packer-swift with Go's components in place of its own of the same names.
    func build(
        _ template: String,
        go components: [String],
        _ isolation: Isolation,
        more: [String] = []
    ) async throws -> Program.Outcome {
        let folder = try files.goPlugins(components)
        let arguments = ["build", "-plugin-path", folder] + isolation.arguments + more + [template]
        var program = try packerSwift()
        // Plugins get it too, by its name, so that what is left of one can be told.
        program.environment["PACKER_TEST_MARK"] = files.path
        return try await program.run(arguments)
    }
}
