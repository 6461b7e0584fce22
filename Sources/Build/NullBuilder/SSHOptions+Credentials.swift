import Communicator
import Configuration
import SSHCommunicator

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension SSHOptions {
    /// Whether the options name anything to log in with.
    var hasCredentials: Bool {
        !password.isEmpty || !privateKeyFile.isEmpty || !keys.privateKey.isEmpty || keys.agentAuth
    }

    /// What to log in with, in the order in which it is tried: the key, the agent, the password.
    ///
    /// - Throws: `ConfigurationErrors` with all that is wrong with them.
    func credentials() throws(ConfigurationErrors) -> [SSHCredential] {
        var problems: [ConfigurationProblem] = []
        var credentials: [SSHCredential] = []
        do {
            credentials += try privateKeys().map { .privateKey($0) }
        } catch {
            problems += error.problems
        }
        do {
            credentials += try agents().map { .agent($0) }
        } catch {
            problems += error.problems
        }
        if !keys.passphrase.isEmpty, privateKeyFile.isEmpty, keys.privateKey.isEmpty {
            problems +=
                Self.error(
                    "ssh_private_key_passphrase needs a private key",
                    "ssh_private_key_passphrase",
                    "set `ssh_private_key_file` or `ssh_private_key`"
                ).problems
        }
        guard problems.isEmpty else { throw ConfigurationErrors(problems) }
        if !password.isEmpty { credentials.append(.password(password)) }
        return credentials
    }

    private func privateKeys() throws(ConfigurationErrors) -> [SSHPrivateKey] {
        let passphrase = keys.passphrase.isEmpty ? nil : keys.passphrase
        var found: [SSHPrivateKey] = []
        if !privateKeyFile.isEmpty, !keys.agentIdentitiesOnly {
            found.append(try PrivateKeyFile(privateKeyFile).load(passphrase: passphrase))
        }
        if !keys.privateKey.isEmpty {
            do {
                let text = Array(keys.privateKey.utf8)
                let name = "ssh_private_key"
                found.append(try SSHPrivateKey(pem: text, name: name, passphrase: passphrase))
            } catch {
                throw Self.error("ssh_private_key is invalid: \(error)", "ssh_private_key", "")
            }
        }
        return found
    }

    private func agents() throws(ConfigurationErrors) -> [SSHAgent] {
        guard keys.agentAuth else {
            guard keys.agentIdentitiesOnly else { return [] }
            throw Self.error(
                "ssh_agent_identities_only needs ssh_agent_auth",
                "ssh_agent_identities_only",
                "set `ssh_agent_auth`"
            )
        }
        guard let socket = unsafe getenv("SSH_AUTH_SOCK").map({ unsafe String(cString: $0) }),
            !socket.isEmpty
        else {
            throw Self.error(
                "SSH_AUTH_SOCK is not set",
                "ssh_agent_auth",
                "start an ssh-agent, or remove `ssh_agent_auth`"
            )
        }
        guard keys.agentIdentitiesOnly else { return [SSHAgent(socketPath: socket)] }
        guard !privateKeyFile.isEmpty else {
            throw Self.error(
                "ssh_agent_identities_only needs ssh_private_key_file",
                "ssh_agent_identities_only",
                "name the key, or its .pub file, in `ssh_private_key_file`"
            )
        }
        let key = try PrivateKeyFile(privateKeyFile).loadPublicKey()
        return [SSHAgent(socketPath: socket, identities: [key])]
    }

    private static func error(_ message: String, _ option: String, _ remedy: String)
        -> ConfigurationErrors
    {
        ConfigurationErrors(message, at: ConfigurationPath().key(option), remedy: remedy)
    }
}
