import Processes
import TestSupport
import Testing

@Suite("Servers to test against")
struct DockerServerTests {
    /// OpenSSH's own client, with the server's key pinned in a file of its own.
    private func client(of server: DockerServer, _ files: TemporaryDirectory) throws -> Program {
        let known = "[\(server.host)]:\(server.port) \(server.hostKey)\n"
        return Program(
            "ssh",
            [
                "-i", server.privateKeyPath, "-p", "\(server.port)", "-o", "BatchMode=yes",
                "-o", "UserKnownHostsFile=\(try files.write(Array(known.utf8), to: "known"))",
                "-o", "StrictHostKeyChecking=yes", "\(server.user)@\(server.host)",
            ]
        )
    }

    /// One closes a quiet channel; another may be closed to all by a test that fails to log in.
    static let patient = DockerServer.Configuration.allCases.filter {
        ![.channelTimeout, .penalties].contains($0)
    }

    @Test(arguments: patient)
    func `OpenSSH's own client logs in with the key and pins the host key`(
        configuration: DockerServer.Configuration
    ) async throws {
        let server = try DockerServer(configuration)
        let files = try TemporaryDirectory()
        let outcome = try await client(of: server, files).run(["hostname; exit 7"])
        #expect(outcome.output == "\(configuration.rawValue)\n")
        #expect(outcome.end == .exited(7))
    }

    @Test func `a quiet channel ends without an exit status where that is configured`()
        async throws
    {
        let server = try DockerServer(.channelTimeout)
        let files = try TemporaryDirectory()
        let outcome = try await client(of: server, files).run(["sleep 30; exit 0"])
        #expect(outcome.end == .exited(255))
    }

    @Test(arguments: [
        ("user-bash", "bash"), ("user-dash", "dash"), ("user-sh", "sh"), ("user-busybox", "ash"),
        ("user-csh", "bsd-csh"), ("user-tcsh", "tcsh"), ("user-fish", "fish"),
        ("user-rbash", "rbash"),
    ])
    func `every user has the login shell of its name`(user: String, shell: String) async throws {
        let server = try DockerServer()
        let entry = try await server.exec("getent passwd \(user)")
        #expect(entry.hasSuffix("/\(shell)\n"))
    }

    @Test func `the small file system is full after a mebibyte`() async throws {
        let server = try DockerServer()
        let sizes = try await server.exec("df --output=size -B1 /small")
        #expect(sizes.contains(" 1048576") || sizes.contains("\n1048576"))
    }

    @Test func `a process in the container is found by its command line`() async throws {
        let server = try DockerServer()
        #expect(try await server.runs("sshd.*default"))
        #expect(try await !server.runs("no-such-program"))
    }
}
