import Foundation
import Processes
import TestSupport
import Testing

/// The options of a template that say what to log in with, and where scripts and files can be put.
@Suite("Templates on every kind of server")
struct LoginOptionTests {
    /// Builds with a script and a file, and gives what was said.
    private func build(
        _ fixture: BuildFixture,
        _ options: [String: Any],
        agent: String? = nil,
        ends code: Int32 = 0
    ) async throws -> String {
        var builder: [String: Any] = fixture.builder()
        builder["ssh_private_key_file"] = nil
        let file = try fixture.files.write(Array("moved".utf8), to: "file")
        let template = try fixture.template(
            [builder.merging(options) { $1 }],
            [
                ["type": "file", "source": file, "destination": "\(fixture.remote)/file"],
                ["type": "shell", "inline": ["grep moved \(fixture.remote)/file"]],
            ]
        )
        var program = try fixture.packerSwift()
        program.environment["SSH_AUTH_SOCK"] = agent ?? ""
        program.environment["PACKER_LOG"] = "1"
        let outcome = try await program.run(["build", template])
        let said = outcome.output + outcome.errors
        #expect(outcome.end == .exited(code), "\(said)")
        return said
    }

    @Test(arguments: [DockerServer.Configuration.standard, .dropbear, .trixie])
    func `each source of a key logs in`(_ kind: DockerServer.Configuration) async throws {
        let maker = try KeyMaker()
        let locked = try await maker.key("rsa-2048", .pkcs8, passphrase: "secret words")
        let open = try await maker.key("ecdsa-384")
        try await withBuildFixture(kind) { fixture in
            for path in [locked, open] { try await fixture.server.authorize("\(path).pub") }
            let text = try String(contentsOfFile: open, encoding: .utf8)
            _ = try await build(
                fixture,
                ["ssh_private_key_file": locked, "ssh_private_key_passphrase": "secret words"]
            )
            _ = try await build(fixture, ["ssh_private_key": text])
            try await withAgent(holding: [open]) { socket in
                _ = try await build(fixture, ["ssh_agent_auth": true], agent: socket)
                _ = try await build(
                    fixture,
                    [
                        "ssh_agent_auth": true, "ssh_agent_identities_only": true,
                        "ssh_private_key_file": "\(open).pub",
                    ],
                    agent: socket
                )
            }
        }
    }

    @Test func `the way of files is said once where it is not SFTP`() async throws {
        try await withBuildFixture(.dropbear) { fixture in
            let said = try await build(
                fixture,
                ["ssh_private_key_file": fixture.server.privateKeyPath]
            )
            #expect(said.ranges(of: "files go by scp").count == 1, "\(said)")
            let named = try await build(
                fixture,
                [
                    "ssh_private_key_file": fixture.server.privateKeyPath,
                    "ssh_file_transfer_method": "sftp",
                ],
                ends: 1
            )
            #expect(named.contains("ssh_file_transfer_method"), "\(named)")
        }
    }

    @Test func `a script cannot run where nothing can be executed, and the message says so`()
        async throws
    {
        try await withBuildFixture(.noExec) { fixture in
            let options: [String: Any] = ["ssh_private_key_file": fixture.server.privateKeyPath]
            let said = try await build(fixture, options, ends: 1)
            #expect(said.contains("noexec"), "\(said)")
            #expect(said.contains("remote_folder"), "\(said)")
        }
    }
}
