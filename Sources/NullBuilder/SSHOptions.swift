import Configuration
import SSHCommunicator

/// The options with which builders reach a machine over SSH, under Packer's names.
struct SSHOptions: ConfigurationBlock {
    @Field("The host name or address to connect to.", key: "ssh_host")
    var host = ""

    @Field(
        "The TCP port to connect to.",
        key: "ssh_port",
        check: { $0 == 0 ? "port 0 cannot be connected to" : nil }
    )
    var port: UInt16 = 22

    @Field("The user to log in as.", key: "ssh_username")
    var username = ""

    @Field("The password to log in with.", key: "ssh_password", sensitive: true)
    var password = ""

    @Field(
        "A private key file to log in with, in PEM or OpenSSH format; `~` is the home directory.",
        key: "ssh_private_key_file"
    )
    var privateKeyFile = ""

    @Flattened var keys: SSHKeyOptions
    @Flattened var hostKeys: HostKeyOptions

    @Field(
        "How long to try to reach the machine; `0s` for no limit. 5m unless "
            + "ssh_handshake_attempts is set.",
        key: "ssh_timeout",
        aliases: ["ssh_wait_timeout"],
        check: { $0.map { $0 < .zero } == true ? "a duration must not be negative" : nil }
    )
    var timeout: Duration?

    @Field(
        "How many times the server may refuse the login; 0 for no limit. 10 unless ssh_timeout "
            + "is set.",
        key: "ssh_handshake_attempts",
        check: { ($0 ?? 0) < 0 ? "must not be negative" : nil }
    )
    var handshakeAttempts: Int?

    @Flattened var connection: SSHConnectionOptions

    @Field(
        "How files are moved: `sftp`, `scp`, `exec` for the streams of commands, or `auto` for the "
            + "first of these that the machine has. A named one is never exchanged for another.",
        key: "ssh_file_transfer_method"
    )
    var fileTransferMethod: SSHFileTransferMethod = .auto

    /// How long to try, `nil` for no limit; the default holds only while neither limit is set.
    var effectiveTimeout: Duration? {
        if let timeout { return timeout == .zero ? nil : timeout }
        return (handshakeAttempts ?? 0) == 0 ? .seconds(300) : nil
    }

    /// How many refused logins to bear, `nil` for no limit; the default as for the time.
    var effectiveHandshakeAttempts: Int? {
        if let handshakeAttempts { return handshakeAttempts == 0 ? nil : handshakeAttempts }
        return timeout == nil ? 10 : nil
    }

    /// What is wrong between the options when SSH is used, in Packer's words.
    ///
    /// Where somebody can be asked, a key may be locked.
    func problems(canAsk: Bool) -> [ConfigurationProblem] {
        targetProblems + credentialProblems(canAsk: canAsk) + hostKeys.problems()
    }

    private var targetProblems: [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        if host.isEmpty {
            problems.append(
                Self.problem(
                    "a Host must be specified, please reference your communicator documentation",
                    "ssh_host",
                    "set `ssh_host`, or `communicator` to `local` or `none`"
                )
            )
        }
        if username.isEmpty {
            problems.append(
                Self.problem(
                    "An ssh_username must be specified\n  "
                        + "Note: some builders used to default ssh_username to \"root\".",
                    "ssh_username",
                    "Set `ssh_username`."
                )
            )
        }
        return problems
    }

    private func credentialProblems(canAsk: Bool) -> [ConfigurationProblem] {
        guard hasCredentials else {
            return [
                Self.problem(
                    "one authentication method must be specified, "
                        + "please reference your communicator documentation",
                    "ssh_password",
                    "set `ssh_private_key_file`, `ssh_agent_auth` or `ssh_password`"
                )
            ]
        }
        do {
            _ = try credentials(canAsk: canAsk)
            return []
        } catch {
            return error.problems
        }
    }

    private static func problem(
        _ message: String,
        _ option: String,
        _ remedy: String
    ) -> ConfigurationProblem {
        ConfigurationProblem(message, at: ConfigurationPath().key(option), remedy: remedy)
    }
}
