import Processes
import TestSupport
import Testing

@Suite("Servers to test against")
struct DockerServerTests {
    @Test(arguments: DockerServer.Configuration.allCases)
    func `OpenSSH's own client logs in with the key and pins the host key`(
        configuration: DockerServer.Configuration
    ) async throws {
        let server = try DockerServer(configuration)
        let files = try TemporaryDirectory()
        let known = "[\(server.host)]:\(server.port) \(server.hostKey)\n"
        let ssh = Program(
            "ssh",
            [
                "-i", server.privateKeyPath, "-p", "\(server.port)", "-o", "BatchMode=yes",
                "-o", "UserKnownHostsFile=\(try files.write(Array(known.utf8), to: "known"))",
                "-o", "StrictHostKeyChecking=yes", "\(server.user)@\(server.host)",
            ]
        )
        let outcome = try await ssh.run(["hostname; exit 7"])
        #expect(outcome.output == "\(configuration.rawValue)\n")
        #expect(outcome.end == .exited(7))
    }

    @Test(arguments: [
        ("user-bash", "bash"), ("user-dash", "dash"), ("user-sh", "sh"), ("user-busybox", "ash"),
        ("user-csh", "tcsh"),
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
