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

/// The file that `ssh_private_key_file` names.
struct PrivateKeyFile {
    /// The largest RSA keys in use take 13 KiB; what is larger is another file.
    private static let sizeLimit = 1 << 20

    let path: String

    /// The file at a path in which a leading `~` stands for the home directory.
    init(_ path: String) {
        self.path = HomePath(path).text
    }

    /// Reads and checks the key, and unlocks it if it can be unlocked now.
    ///
    /// - Throws: `ConfigurationErrors` at `ssh_private_key_file`, in Packer's words.
    func load(
        passphrase: String?,
        canAsk: Bool
    ) throws(ConfigurationErrors) -> PreparedCredential {
        try read(path) { text throws in
            try PreparedCredential(key: text, name: path, passphrase: passphrase, canAsk: canAsk)
        }
    }

    /// Reads the public half: from the file beside it (`.pub`), or from this one.
    ///
    /// - Throws: `ConfigurationErrors` at `ssh_private_key_file`.
    func loadPublicKey() throws(ConfigurationErrors) -> SSHPublicKey {
        let beside = path + ".pub"
        let isThere = unsafe access(beside, R_OK) == 0
        return try read(isThere ? beside : path) { text throws in
            try SSHPublicKey(text: text, name: isThere ? beside : path)
        }
    }

    private func read<Key>(_ path: String, _ parse: ([UInt8]) throws -> Key)
        throws(ConfigurationErrors) -> Key
    {
        // The text is a secret then, and no message may quote it.
        guard !path.contains("-----BEGIN") else {
            throw ConfigurationErrors(
                "ssh_private_key_file is invalid: it holds a key, not the path of one",
                at: ConfigurationPath().key("ssh_private_key_file"),
                remedy: "put the key in `ssh_private_key`"
            )
        }
        do {
            let reader = try LocalFileReader(opening: BytePath(path))
            return try parse(try reader.read(at: 0, count: Self.sizeLimit))
        } catch {
            throw ConfigurationErrors(
                "ssh_private_key_file is invalid: \(error)",
                at: ConfigurationPath().key("ssh_private_key_file"),
                remedy: error is CommunicatorError
                    ? "" : "Name a private key in PEM or OpenSSH format."
            )
        }
    }
}
