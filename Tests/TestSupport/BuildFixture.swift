import Foundation

/// A template, the files it names, and a folder of its own on a server.
package struct BuildFixture: Sendable {
    /// The server.
    package let server: DockerServer
    /// Files on this side.
    package let files: TemporaryDirectory
    /// The folder on the server; every user may write to it.
    package let remote: String

    /// A folder of its own on one of the shared servers.
    package init(_ configuration: DockerServer.Configuration = .standard) async throws {
        server = try DockerServer(configuration)
        files = try TemporaryDirectory()
        remote = "/tmp/interop-\(UUID().uuidString)"
        try await server.exec("mkdir -m 1777 \(remote)")
    }

    /// A server of one's own, and a folder that is there already.
    package init(_ server: DockerServer, remote: String = "/tmp") throws {
        self.server = server
        self.files = try TemporaryDirectory()
        self.remote = remote
    }

    /// Removes the folder on the server.
    package func remove() async throws {
        try await server.exec("rm -rf \(remote)")
    }

    /// A builder that reaches the server.
    package func builder(
        _ name: String = "machine",
        user: String = "packer",
        port: Int? = nil,
        more: [String: Any] = [:]
    ) -> [String: Any] {
        let builder: [String: Any] = [
            "type": "null", "name": name, "communicator": "ssh", "ssh_host": server.host,
            "ssh_port": port ?? server.port, "ssh_username": user,
            "ssh_private_key_file": server.privateKeyPath,
        ]
        return builder.merging(more) { $1 }
    }

    /// Writes a template and gives its path.
    package func template(
        _ builders: [[String: Any]],
        _ provisioners: [[String: Any]],
        variables: [String: String] = [:]
    ) throws -> String {
        var template: [String: Any] = ["builders": builders, "provisioners": provisioners]
        if !variables.isEmpty { template["variables"] = variables }
        let text = try JSONSerialization.data(withJSONObject: template, options: [.sortedKeys])
        return try files.write([UInt8](text), to: "template.json")
    }

    /// Writes a file whose every block has something in it: holes would not be sent.
    package func writeDense(mebibytes: Int, to name: String) throws -> String {
        let path = try files.write([], to: name)
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        let block = Data(repeating: UInt8(ascii: "x"), count: 1 << 20)
        for _ in 0..<mebibytes { try handle.write(contentsOf: block) }
        try handle.close()
        return path
    }

    /// The `packer-swift` under test.
    package func packerSwift() throws -> Program {
        Program(
            try ProjectFiles.packerSwift(),
            environment: ["TERM": "xterm", "NO_COLOR": "", "PACKER_NO_COLOR": ""],
            directory: files.path
        )
    }

    /// Packer itself, which asks nobody for news and keeps its files in a place of its own.
    package func packer() throws -> Program {
        let home = files["packer-home"]
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        return Program(
            try ProjectFiles.packer(),
            environment: [
                "HOME": home, "PACKER_CONFIG_DIR": home, "PACKER_CACHE_DIR": "\(home)/cache",
                "CHECKPOINT_DISABLE": "1",
            ],
            directory: files.path
        )
    }

    /// What is in a folder of the server: kinds, modes, names and the files' sums.
    package func listing(ofRemote path: String) async throws -> String {
        try await server.exec(Self.listing(path))
    }

    /// What is in a folder of this machine, in the same form.
    package func listing(ofLocal path: String) async throws -> String {
        try await Program("sh").succeed(["-c", Self.listing(path)])
    }

    private static func listing(_ path: String) -> String {
        """
        set -e; cd '\(path)'
        find . -mindepth 1 -printf '%y %m %P\\n' | LC_ALL=C sort
        find . -type f -exec sha256sum {} + | LC_ALL=C sort -k2
        """
    }
}

/// Runs `body` with a fixture, and removes what is on the server afterwards.
package func withBuildFixture(
    _ configuration: DockerServer.Configuration = .standard,
    _ body: (BuildFixture) async throws -> Void
) async throws {
    let fixture = try await BuildFixture(configuration)
    do {
        try await body(fixture)
    } catch {
        try? await fixture.remove()
        throw error
    }
    try await fixture.remove()
}
