import Communicator
import Synchronization
import TestSupport
import Testing

@testable import SSHCommunicator

/// Servers that are not OpenSSH of Debian 12 as it comes, and logins that they do not accept.
@Suite(.timeLimit(.minutes(5))) struct OtherServerTests {
    private func refusal(_ configuration: SSHConfiguration) async -> CommunicatorError? {
        await #expect(throws: CommunicatorError.self) {
            try await SSHCommunicator.connect(configuration).close()
        }
    }

    @Test(arguments: [DockerServer.Configuration.dropbear, .trixie, .noExec, .hardened])
    func `takes a key of every type, from a file and from an agent`(
        _ kind: DockerServer.Configuration
    ) async throws {
        let server = try DockerServer(kind)
        let maker = try KeyMaker()
        for type in ["ed25519", "ecdsa-256", "ecdsa-521", "rsa-2048", "rsa-4096"] {
            let path = try await maker.key(type)
            try await server.authorize("\(path).pub")
            let key = try SSHPrivateKey(pem: fileBytes(path), name: path)
            try await connect(server.configuration(user: nil, [.privateKey(key)]))
            try await withAgent(holding: [path]) { socket in
                let agent = SSHAgent(socketPath: socket)
                try await connect(server.configuration(user: nil, [.agent(agent)]))
            }
        }
    }

    private func connect(_ configuration: SSHConfiguration) async throws {
        let ssh = try await SSHCommunicator.connect(configuration)
        #expect(try await ssh.run(RemoteCmd("exit 5")) { _ in }.status == .exited(5))
        await ssh.close()
    }

    @Test func `an expired password is told as such, whatever let the user in`() async throws {
        let server = try DockerServer(.logins)
        let pem = try fileBytes(server.privateKeyPath)
        let key = SSHCredential.privateKey(try SSHPrivateKey(pem: pem, name: "the test key"))
        for credential in [key, .password(server.password)] {
            let error = await refusal(server.configuration(user: "expired", [credential]))
            #expect(error?.code == .passwordExpired)
            #expect(error?.detail.contains("password has expired") == true)
        }
        let asked = await refusal(
            server.configuration(user: "expired-asks", [.password(server.password)])
        )
        #expect(asked?.code == .passwordExpired)
        #expect(asked?.detail.contains("password has expired") == true)
        let over = await refusal(server.configuration(user: "expired-account", [key]))
        #expect(over?.description.contains("account") == true)
    }

    @Test func `a wrong password is tried as often as it may be, and no more`() async throws {
        let server = try DockerServer()
        let user = "nobody-\(UInt64.random(in: 0...UInt64.max))"
        let configuration = {
            var configuration = server.configuration(user: user, [.password("wr0ng")])
            configuration.handshakeAttempts = 3
            return configuration
        }()
        let waits = Mutex(0)
        let error = await #expect(throws: CommunicatorError.self) {
            _ = try await SSHCommunicator.connect(configuration) { _ in
                waits.withLock { $0 += 1 }
            }
        }
        #expect(error?.code == .authenticationFailed)
        #expect(error?.detail.contains("the password as password: not accepted") == true)
        #expect(error?.description.contains("wr0ng") == false)
        #expect(waits.withLock { $0 } == 2)
        try await eventually("the log shows three refused passwords") {
            try await server.log().ranges(of: "Failed password for invalid user \(user) ").count
                == 3
        }
    }

    @Test func `the refused login is told where the server then refuses to talk at all`()
        async throws
    {
        let server = try DockerServer(.penalties)
        var configuration = server.configuration(user: nil, [.password("wr0ng")])
        configuration.timeout = .seconds(3)
        configuration.handshakeAttempts = nil
        let error = await refusal(configuration)
        #expect(error?.code == .connectionTimedOut)
        #expect(error?.detail.contains("the password as password: not accepted") == true)
    }
}
