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
        return SSHConfiguration(
            host: host,
            port: UInt16(port),
            username: user ?? self.user,
            credentials: [credential],
            timeout: .seconds(30)
        )
    }

    /// A communicator that is logged in to this server.
    package func connect(user: String? = nil, password: String? = nil) async throws
        -> SSHCommunicator
    {
        try await SSHCommunicator.connect(configuration(user: user, password: password))
    }
}
