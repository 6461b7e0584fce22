import Foundation
package import SSHCommunicator

extension DockerServer {
    /// How to log in to this server: with the test key, or with a password when one is given.
    package func configuration(
        user: String? = nil,
        password: String? = nil
    ) throws -> SSHConfiguration {
        let credential: SSHCredential
        if let password {
            credential = .password(password)
        } else {
            let pem = try Data(contentsOf: URL(fileURLWithPath: privateKeyPath))
            credential = .privateKey(try SSHPrivateKey(pem: Array(pem), name: privateKeyPath))
        }
        var configuration = configuration(user: user, [credential])
        configuration.timeout = .seconds(30)
        configuration.handshakeAttempts = 10
        return configuration
    }

    /// How to log in to this server with some credentials; one refusal is enough to give up.
    package func configuration(user: String?, _ credentials: [SSHCredential]) -> SSHConfiguration {
        var configuration = SSHConfiguration(
            host: host,
            port: UInt16(clamping: port),
            username: user ?? self.user,
            credentials: credentials,
            timeout: .seconds(60),
            handshakeAttempts: 1
        )
        // What this machine's user knows is no part of a test.
        configuration.hostKeys.knownHostsFiles = []
        return configuration
    }

    /// A communicator that is logged in to this server.
    package func connect(user: String? = nil, password: String? = nil) async throws
        -> SSHCommunicator
    {
        try await SSHCommunicator.connect(configuration(user: user, password: password))
    }
}
