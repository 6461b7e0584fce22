import Communicator
import TestSupport
import Testing

@testable import SSHCommunicator

@Suite struct LoginPlanTests {
    private func key(_ maker: KeyMaker, _ kind: String) async throws -> SSHCredential {
        let path = try await maker.key(kind)
        return .privateKey(try SSHPrivateKey(pem: fileBytes(path), name: path))
    }

    @Test func `a step that was accepted is not taken again`() async throws {
        let key = try await key(KeyMaker(), "rsa-2048")
        let plan = try await LoginPlan.make(
            [key, .password("secret")],
            preferring: nil,
            target: "test"
        )
        let all = ["publickey", "password", "keyboard-interactive"]
        var used: [String: String] = [:]
        var taken: [String] = []
        while let proof = plan.next(offered: all, used: used) {
            taken.append(proof.method)
            used[proof.step] = proof.name
        }
        #expect(taken == ["publickey", "password"])
        let rest = plan.next(offered: ["keyboard-interactive"], used: used)
        #expect(rest?.method == "keyboard-interactive")
    }

    @Test func `an agent's certificates are refused with the reason before connecting`()
        async throws
    {
        let maker = try KeyMaker()
        let authority = try await maker.key("ecdsa-256")
        let path = try await maker.key("ed25519")
        try await Program("ssh-keygen").succeed(
            ["-q", "-s", authority, "-I", "me", "-n", "me", "\(path).pub"]
        )
        let certificate = "\(path)-cert.pub"
        let wanted = try SSHPublicKey(text: fileBytes(certificate), name: certificate)
        try await withAgent(holding: [path]) { socket in
            let agent = SSHAgent(socketPath: socket, identities: [wanted])
            let configuration = SSHConfiguration(
                // Nobody listens there: who connected would say so.
                host: "127.0.0.1",
                port: 1,
                username: "me",
                credentials: [.agent(agent)]
            )
            let error = await #expect(throws: CommunicatorError.self) {
                _ = try await SSHCommunicator.connect(configuration)
            }
            #expect(error?.code == .invalidConfiguration)
            #expect(error?.detail.contains("ssh-ed25519-cert-v01@openssh.com") == true)
            #expect(error?.detail.contains("it is a certificate") == true)
        }
    }

    @Test(arguments: [
        ("ssh-ed25519-cert-v01@openssh.com", "certificate"),
        ("rsa-sha2-512-cert-v01@openssh.com", "certificate"),
        ("sk-ssh-ed25519@openssh.com", "security key"),
        ("sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", "certificate"),
        ("ssh-dss", "not supported"), ("", "not supported"),
        ("\u{1B}[2J-cert-v01@", "certificate"), ("sk-\u{1B}[2J", "security key"),
    ])
    func `says why a kind of key cannot log in`(type: String, words: String) {
        let refusal = PublicKey.refusal(ofType: type)
        #expect(refusal?.detail.contains(words) == true)
        #expect(refusal?.detail.contains("\u{1B}") == false)
        #expect(refusal?.remedy != nil)
    }

    @Test func `only names are taken from a list of names`() {
        let list = "publickey,\u{1B}[2Jx,,a b,\(String(repeating: "n", count: 65)),password"
        #expect(SSHNames(list).all == ["publickey", "password"])
    }
}
