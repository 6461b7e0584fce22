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
        let isHome = path == "~" || path.hasPrefix("~/")
        self.path = isHome ? (Self.homeDirectory ?? "~") + path.dropFirst() : path
    }

    /// Reads and checks the key.
    ///
    /// - Throws: `ConfigurationErrors` at `ssh_private_key_file`, in Packer's words.
    func load() throws(ConfigurationErrors) -> SSHPrivateKey {
        do {
            let reader = try LocalFileReader(opening: BytePath(path))
            let pem = try reader.read(at: 0, count: Self.sizeLimit)
            return try SSHPrivateKey(pem: pem, name: path, passphrase: nil)
        } catch {
            throw ConfigurationErrors(
                "ssh_private_key_file is invalid: \(error)",
                at: ConfigurationPath().key("ssh_private_key_file"),
                remedy: error is CommunicatorError
                    ? "" : "Name a private key in PEM or OpenSSH format without a passphrase."
            )
        }
    }

    private static var homeDirectory: String? {
        guard let value = unsafe getenv("HOME") else { return nil }
        return unsafe String(cString: value)
    }
}
