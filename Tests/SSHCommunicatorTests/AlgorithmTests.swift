import Communicator
import Synchronization
import TestSupport
import Testing

@testable import SSHCommunicator

/// Servers at the edge of what the linked libssh2 can speak.
@Suite struct AlgorithmTests {
    private var isNewLibrary: Bool {
        SSHCapabilities.current.rows.contains { $0.name == "EtM MACs, AES-GCM" && $0.isAvailable }
    }

    @Test func `runs and uploads on a hardened server`() async throws {
        let ssh = try await DockerServer(.hardened).connect()
        try await ssh.upload(.bytes([UInt8](repeating: 0x61, count: 1 << 20)), to: "hardened")
        let result = try await ssh.run(RemoteCmd("test $(wc -c <hardened) = 1048576")) { _ in }
        #expect(result.status == .exited(0))
        await ssh.close()
    }

    @Test(arguments: [
        (
            DockerServer.Configuration.modern,
            [
                "no cipher in common", "aes256-gcm@openssh.com", "aes256-ctr", "no MAC in common",
                "hmac-sha2-512-etm@openssh.com", "sshd_config",
            ]
        ),
        (
            .rsaHostKey,
            [
                "no host key type in common", "rsa-sha2-512,rsa-sha2-256", "ssh-ed25519",
                "ssh-keygen -A",
            ]
        ),
    ])
    func `shows both sides' lists and the remedy where nothing is in common, and at once`(
        server: DockerServer.Configuration,
        says: [String]
    ) async throws {
        let configuration = try DockerServer(server).configuration()
        if isNewLibrary {
            await (try SSHCommunicator.connect(configuration)).close()
            return
        }
        let retries = Mutex(0)
        let error = await #expect(throws: CommunicatorError.self) {
            _ = try await SSHCommunicator.connect(configuration) { _ in
                retries.withLock { $0 += 1 }
            }
        }
        #expect(error?.code == .noCommonAlgorithm)
        for words in says { #expect(error?.description.contains(words) == true, "\(words)") }
        #expect(retries.withLock { $0 } == 0)
    }
}
