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
    /// What the key is called that the template itself holds.
    static let inlineKeyName = "ssh_private_key"

    /// Whether the options name anything to log in with.
    var hasCredentials: Bool {
        !password.isEmpty || !privateKeyFile.isEmpty || !keys.privateKey.isEmpty || keys.agentAuth
    }

    /// What to log in with.
    ///
    /// - Parameter canAsk: Whether a key may be locked without its passphrase being known.
    /// - Returns: The credentials in the order in which they are tried: the key, the agent, the
    ///   password.
    /// - Throws: `ConfigurationErrors` with all that is wrong with them.
    func credentials(canAsk: Bool) throws(ConfigurationErrors) -> [PreparedCredential] {
        var problems: [ConfigurationProblem] = []
        var credentials: [PreparedCredential] = []
        do {
            credentials += try privateKeys(canAsk: canAsk)
        } catch {
            problems += error.problems
        }
        do {
            credentials += try agents().map { .ready(.agent($0)) }
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
        if !password.isEmpty { credentials.append(.ready(.password(password))) }
        return credentials
    }

    private func privateKeys(
        canAsk: Bool
    ) throws(ConfigurationErrors) -> [PreparedCredential] {
        let passphrase = keys.passphrase.isEmpty ? nil : keys.passphrase
        var found: [PreparedCredential] = []
        if !privateKeyFile.isEmpty, !keys.agentIdentitiesOnly {
            let file = PrivateKeyFile(privateKeyFile)
            found.append(try file.load(passphrase: passphrase, canAsk: canAsk))
        }
        if !keys.privateKey.isEmpty {
            do {
                found.append(
                    try PreparedCredential(
                        key: Array(keys.privateKey.utf8),
                        name: Self.inlineKeyName,
                        passphrase: passphrase,
                        canAsk: canAsk
                    )
                )
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
