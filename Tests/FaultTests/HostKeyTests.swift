import Foundation
import TestSupport
import Testing

@Suite("Row 8: a machine that is not the right one")
struct HostKeyTests {
    private static let promise = "refused before anything is sent to log in, and not tried again"

    /// Builds, and expects that nobody tried to log in.
    private func refuse(
        _ row: Row,
        _ server: FaultServer,
        _ fixture: BuildFixture,
        _ options: [String: Any] = [:]
    ) async throws {
        let ended = try await row.build(
            fixture,
            builder: fixture.builder(more: options),
            [row.script(["true"])]
        )
        row.expect(ended.hasFailed, "ends with exit code 1", ended.said)
        row.expect(try await !server.hasSeenLogin(), "no login was tried", ended.said)
        try await row.expectClean(fixture, ended, server)
    }

    /// Records the server's ed25519 key where OpenSSH and this build look for it.
    private func record(_ server: FaultServer, _ fixture: BuildFixture) throws {
        let line = "[\(server.server.host)]:\(server.server.port) \(server.server.hostKey)\n"
        let folder = fixture.files["home/.ssh"]
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true
        )
        try fixture.files.write(Array(line.utf8), to: "home/.ssh/known_hosts")
    }

    @Test(arguments: [
        ("ed25519 ecdsa", "the host key is another one than known_hosts records"),
        ("ecdsa", "the host key is of another type than known_hosts records"),
    ])
    func `row 8: a changed host key is refused before any login`(
        types: String,
        fault: String
    ) async throws {
        try await row(8, fault: fault, promise: Self.promise, bound: .seconds(1)) { row in
            try await row.withServer { server, fixture in
                try record(server, fixture)
                try await server.replaceHostKeys(
                    types: types.split(separator: " ").map(String.init)
                )
                try await refuse(row, server, fixture)
            }
        }
    }

    @Test func `row 8: a host key that is not pinned is refused before any login`() async throws {
        try await row(
            8,
            fault: "the host key is not the one that the template pins",
            promise: Self.promise,
            bound: .seconds(1),
            packer: .cannot("it has no option for it")
        ) { row in
            try await row.withServer { server, fixture in
                let other = "SHA256:" + String(repeating: "A", count: 43)
                try await refuse(row, server, fixture, ["ssh_host_key_fingerprints": [other]])
            }
        }
    }

    @Test func `row 8: an unknown host key is refused where the check is strict`() async throws {
        try await row(
            8,
            fault: "the host key is unknown, and the check is strict",
            promise: Self.promise,
            bound: .seconds(1),
            packer: .cannot("it has no option for it")
        ) { row in
            try await row.withServer { server, fixture in
                try await refuse(row, server, fixture, ["ssh_host_key_checking": "strict"])
            }
        }
    }
}
