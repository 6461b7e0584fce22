import Communicator
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import SSHCommunicator

/// Which keys of a real server are accepted; its log says who tried to log in.
@Suite struct HostKeyPolicyTests {
    /// What known_hosts says, where `NAME` is the host, `SHOWN` its ed25519 key,
    /// `ECDSA` the key that libssh2 asks for first, and `OTHER` that of another machine.
    struct Case: Sendable, CustomTestStringConvertible {
        var checking: HostKeyPolicy.Checking
        var knownHosts: String
        /// What the refusal has to say.
        var says: [String] = []

        var testDescription: String { "\(checking): \(knownHosts)" }
    }

    static let refused: [Case] = [
        Case(checking: .strict, knownHosts: "", says: ["is strict", "ssh_host_key_fingerprints"]),
        Case(checking: .strict, knownHosts: "other SHOWN", says: ["is strict", "NAME"]),
        Case(checking: .strict, knownHosts: "@cert-authority * SHOWN", says: ["@cert-authority"]),
        Case(checking: .strict, knownHosts: "NAME OTHER", says: ["line 1", "ssh-keygen -R"]),
        Case(checking: .pin, knownHosts: "NAME OTHER", says: ["line 1", "ssh-keygen -R"]),
        Case(checking: .pin, knownHosts: "#\n* OTHER", says: ["line 2", "ssh-keygen -R"]),
        Case(checking: .pin, knownHosts: "NAME ssh-ed25519 AAAA", says: ["line 1", "unreadable"]),
        Case(checking: .pin, knownHosts: "@revoked * ECDSA", says: ["line 1", "revoked"]),
        Case(checking: .pin, knownHosts: "@revoked * x y", says: ["line 1", "revoked"]),
        Case(checking: .strict, knownHosts: "NAME ECDSA\n@revoked * ECDSA", says: ["revoked"]),
    ]

    static let accepted: [(Case, String)] = [
        (Case(checking: .pin, knownHosts: ""), "firstSeen"),
        (Case(checking: .pin, knownHosts: "other OTHER"), "firstSeen"),
        (Case(checking: .pin, knownHosts: "@revoked * OTHER"), "firstSeen"),
        (Case(checking: .pin, knownHosts: "NAME SHOWN"), "onRecord"),
        (Case(checking: .strict, knownHosts: "NAME OTHER\nNAME SHOWN"), "onRecord"),
        (Case(checking: .strict, knownHosts: "NAME ECDSA"), "onRecord"),
        (Case(checking: .off, knownHosts: "NAME OTHER\n@revoked * ECDSA"), "unchecked"),
    ]

    private let files: TemporaryDirectory
    private let server: DockerServer

    init() throws {
        files = try TemporaryDirectory()
        server = try DockerServer()
    }

    /// A login by a name that nobody else uses, so that the server's log tells who tried.
    private func configuration(
        _ check: Case,
        user: String = "nobody-\(UUID().uuidString.prefix(8).lowercased())"
    ) async throws -> SSHConfiguration {
        let ecdsa = try await server.exec("cut -d' ' -f1,2 /etc/ssh/ssh_host_ecdsa_key.pub")
        let text = check.knownHosts
            .replacing("NAME", with: "[\(server.host)]:\(server.port)")
            .replacing("SHOWN", with: server.hostKey)
            .replacing("OTHER", with: try DockerServer(.rekey).hostKey)
            .replacing("ECDSA", with: ecdsa)
        var configuration = try server.configuration(user: user)
        configuration.hostKeys = HostKeyPolicy(
            check.checking,
            knownHostsFiles: [try files.write(Array(text.utf8), to: "known_hosts")]
        )
        configuration.handshakeAttempts = 1
        return configuration
    }

    /// The error of a refusal that was not tried again; the log shows a later login, and not this.
    private func refusal(of configuration: SSHConfiguration) async throws -> CommunicatorError {
        let retries = Mutex(0)
        let error = await #expect(throws: CommunicatorError.self) {
            _ = try await SSHCommunicator.connect(configuration) { _ in
                retries.withLock { $0 += 1 }
            }
        }
        #expect(retries.withLock { $0 } == 0)
        let witness = try await self.configuration(Case(checking: .off, knownHosts: "")).username
        var login = configuration
        login.username = witness
        login.hostKeys = HostKeyPolicy(.off)
        await #expect(throws: CommunicatorError.self) {
            _ = try await SSHCommunicator.connect(login)
        }
        try await eventually("the log shows the login of \(witness)") {
            try await server.log().contains(witness)
        }
        #expect(try await !server.log().contains(configuration.username))
        return try #require(error)
    }

    private func failure(of configuration: SSHConfiguration) async -> CommunicatorError? {
        await #expect(throws: CommunicatorError.self) {
            _ = try await SSHCommunicator.connect(configuration)
        }
    }

    @Test(arguments: refused)
    func `refuses before anybody tries to log in, and says why`(check: Case) async throws {
        let configuration = try await configuration(check)
        let error = try await refusal(of: configuration)
        #expect(error.code == .hostKeyRefused)
        #expect(error.detail.contains("the server shows"))
        for words in check.says {
            let expected = words.replacing("NAME", with: "[\(server.host)]:\(server.port)")
            #expect(error.description.contains(expected), "\(error)")
        }
    }

    @Test(arguments: accepted)
    func `accepts, and says why`(check: Case, reason: String) async throws {
        let ssh = try await SSHCommunicator.connect(
            await configuration(check, user: server.user)
        )
        let trust = try #require(await ssh.hostKeyTrust)
        #expect("\(trust)".hasPrefix(reason))
        await ssh.close()
    }

    @Test(arguments: ["ecdsa", "ed25519"])
    func `accepts a listed fingerprint whatever is on record, and no other`(type: String)
        async throws
    {
        var configuration = try await configuration(
            Case(checking: .pin, knownHosts: "NAME OTHER"),
            user: server.user
        )
        let key = try await server.exec("ssh-keygen -lf /etc/ssh/ssh_host_\(type)_key.pub")
        let shown = try #require(key.split(separator: " ").first { $0.hasPrefix("SHA256:") })
        let wrong = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"
        configuration.hostKeys.fingerprints = [wrong, "\(shown)="]
        let ssh = try await SSHCommunicator.connect(configuration)
        #expect(await ssh.hostKeyTrust == .listed)
        #expect(await ssh.hostKeyFingerprint == shown)
        await ssh.close()

        configuration.username = "nobody-\(UUID().uuidString.prefix(8).lowercased())"
        configuration.hostKeys.fingerprints = [wrong]
        let error = try await refusal(of: configuration)
        #expect(error.code == .hostKeyRefused)
        #expect(error.detail.contains(wrong))
    }

    @Test(arguments: ["SHA256:abc", "MD5:00", ""])
    func `refuses a list that can never fit`(fingerprint: String) async throws {
        var configuration = try server.configuration()
        configuration.hostKeys.fingerprints = [fingerprint]
        let error = await failure(of: configuration)
        #expect(error?.code == .invalidConfiguration)
    }

    @Test func `a known_hosts file that was named and is not there is an error`() async throws {
        var configuration = try server.configuration()
        configuration.hostKeys.knownHostsFiles = [files["absent"]]
        let error = await failure(of: configuration)
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.target == files["absent"])
    }
}
