import Configuration

/// The options that say which keys to log in with, beside `ssh_private_key_file`.
struct SSHKeyOptions: ConfigurationBlock {
    @Field(
        "The private key itself, in PEM or OpenSSH format, instead of a file.",
        key: "ssh_private_key",
        sensitive: true
    )
    var privateKey = ""

    @Field(
        "What the private key is locked with. Without it a build with a terminal asks for it.",
        key: "ssh_private_key_passphrase",
        sensitive: true
    )
    var passphrase = ""

    @Field(
        "Whether to log in with the keys of the ssh-agent at SSH_AUTH_SOCK, after the private key "
            + "if there is one. An agent may hold more keys than a server lets be tried: they are "
            + "tried over several connections.",
        key: "ssh_agent_auth"
    )
    var agentAuth = false

    @Field(
        "Whether to ask the agent only for the key of `ssh_private_key_file`, which may then be a "
            + "public key file, or locked.",
        key: "ssh_agent_identities_only"
    )
    var agentIdentitiesOnly = false
}
