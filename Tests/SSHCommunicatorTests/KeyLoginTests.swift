import Communicator
import TestSupport
import Testing

@testable import SSHCommunicator

@Suite struct KeyLoginTests {
    private let server: DockerServer

    init() throws { server = try DockerServer(.logins) }

    private func connect(_ configuration: SSHConfiguration) async throws {
        let ssh = try await SSHCommunicator.connect(configuration)
        #expect(try await ssh.run(RemoteCmd("exit 5")) { _ in }.status == .exited(5))
        await ssh.close()
    }

    private func refusal(_ configuration: SSHConfiguration) async -> CommunicatorError? {
        await #expect(throws: CommunicatorError.self) {
            try await SSHCommunicator.connect(configuration).close()
        }
    }

    @Test(arguments: KeyCase.all)
    func `a key from a file logs in`(_ row: KeyCase) async throws {
        let maker = try KeyMaker()
        let path = try await row.make(in: maker)
        try await server.authorize("\(path).pub")
        let key = try SSHPrivateKey(pem: fileBytes(path), name: path, passphrase: row.passphrase)
        try await connect(server.configuration(user: nil, [.privateKey(key)]))
    }

    @Test(arguments: ["ed25519", "ecdsa-256", "ecdsa-384", "ecdsa-521", "rsa-2048", "rsa-4096"])
    func `a key that an agent holds logs in`(kind: String) async throws {
        let maker = try KeyMaker()
        let path = try await maker.key(kind)
        try await server.authorize("\(path).pub")
        try await withAgent(holding: [path]) { socket in
            let agent = SSHAgent(socketPath: socket)
            try await connect(server.configuration(user: nil, [.agent(agent)]))
        }
    }

    @Test(arguments: ["ed25519", "rsa-2048"])
    func `the last of an agent's eight keys logs in, and is the first when it reconnects`(
        kind: String
    ) async throws {
        let maker = try KeyMaker()
        var keys: [String] = []
        for name in ["rsa-2048", "ecdsa-256", "rsa-3072", "ecdsa-384", "ecdsa-521"] {
            keys.append(try await maker.key(name))
        }
        let others = try [KeyMaker(), KeyMaker(), KeyMaker()]
        keys.append(try await others[0].key("ed25519"))
        keys.append(try await others[1].key("rsa-2048"))
        keys.append(try await others[2].key(kind))
        let right = keys[7]
        try await server.authorize("\(right).pub")
        try await withAgent(holding: keys) { [keys] socket in
            #expect(keys.count == 8)
            let agent = SSHAgent(socketPath: socket)
            let ssh = try await SSHCommunicator.connect(
                server.configuration(user: nil, [.agent(agent)])
            )
            _ = try await ssh.run(RemoteCmd("kill -9 $PPID")) { _ in }
            #expect(try await ssh.run(RemoteCmd("exit 6")) { _ in }.status == .exited(6))
            await ssh.close()
            let one = try SSHPublicKey(text: fileBytes(right), name: right)
            let only = SSHAgent(socketPath: socket, identities: [one])
            try await connect(server.configuration(user: nil, [.agent(only)]))
        }
    }

    @Test func `a key that the server does not know is refused with all that there is to know`()
        async throws
    {
        let maker = try KeyMaker()
        let path = try await maker.key("rsa-2048")
        let key = try SSHPrivateKey(pem: fileBytes(path), name: path)
        let error = await refusal(server.configuration(user: nil, [.privateKey(key)]))
        #expect(error?.code == .authenticationFailed)
        let words = [
            path, "ssh-rsa", key.fingerprint, "rsa-sha2-512: not known to the server",
            "rsa-sha2-256: not known", "ssh-rsa: not known",
            "the server offers publickey,password,keyboard-interactive",
        ]
        for word in words {
            #expect(error?.detail.contains(word) == true, "\(word): \(String(describing: error))")
        }
    }

    @Test func `an rsa key logs in to a server that knows SHA-1 only`() async throws {
        let maker = try KeyMaker()
        let path = try await maker.key("rsa-2048")
        try await server.authorize("\(path).pub")
        let key = try SSHPrivateKey(pem: fileBytes(path), name: path)
        try await connect(server.configuration(user: "user-sh", [.privateKey(key)]))
    }

    @Test func `a server that bears two tries sees the third key on another connection`()
        async throws
    {
        let maker = try KeyMaker()
        var credentials: [SSHCredential] = []
        for kind in ["ecdsa-256", "ecdsa-384", "ecdsa-521", "ed25519"] {
            let path = try await maker.key(kind)
            credentials.append(.privateKey(try SSHPrivateKey(pem: fileBytes(path), name: path)))
            if kind == "ed25519" { try await server.authorize("\(path).pub") }
        }
        try await connect(server.configuration(user: "user-busybox", credentials))
    }

    @Test func `a key and then a password log in where both are wanted`() async throws {
        let pem = try fileBytes(server.privateKeyPath)
        let key = SSHCredential.privateKey(try SSHPrivateKey(pem: pem, name: "the test key"))
        let user = "user-dash"
        try await connect(
            server.configuration(user: user, [key, .password(server.password)])
        )
        let one = await refusal(server.configuration(user: user, [key]))
        #expect(one?.detail.contains("accepted the key the test key") == true)
        #expect(one?.detail.contains("and also wants password") == true)
        let wrong = await refusal(server.configuration(user: user, [key, .password("wr0ng")]))
        #expect(wrong?.detail.contains("the password as password: not accepted") == true)
        #expect(wrong?.detail.contains("wr0ng") == false)
    }

    @Test func `the password answers the question for it where only questions are asked`()
        async throws
    {
        let user = "user-bash"
        try await connect(server.configuration(user: user, [.password(server.password)]))
        let wrong = await refusal(server.configuration(user: user, [.password("wr0ng")]))
        #expect(wrong?.code == .authenticationFailed)
        #expect(wrong?.detail.contains("as keyboard-interactive: not accepted") == true)
        #expect(wrong?.detail.contains("wr0ng") == false)
    }

    @Test func `an agent that is not there, or holds nothing, is told at once`() async throws {
        let gone = SSHAgent(socketPath: "/nonexistent/agent")
        let error = await refusal(server.configuration(user: nil, [.agent(gone)]))
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.detail.contains("/nonexistent/agent") == true)
        try await connect(
            server.configuration(user: nil, [.agent(gone), .password(server.password)])
        )
        try await withAgent(holding: []) { socket in
            let empty = SSHAgent(socketPath: socket)
            let error = await refusal(server.configuration(user: nil, [.agent(empty)]))
            #expect(error?.detail.contains("holds none") == true)
        }
    }
}
