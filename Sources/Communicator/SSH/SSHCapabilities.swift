internal import CLibSSH2

/// What the linked libssh2 can do, and what this library adds; for `packer-swift doctor`.
public struct SSHCapabilities: Sendable {
    /// One thing that a library can or cannot do.
    public struct Row: Sendable {
        /// What it is.
        public let name: String
        /// Whether it works here.
        public let isAvailable: Bool
        /// Who does it, or what to do without it.
        public let note: String
    }

    /// The version of the library that is linked, as it says itself.
    public let libraryVersion: String
    /// Whether the library can tell an exit status 0 from none.
    public let knowsExitStatus: Bool
    /// What works, in the order in which it should be shown.
    public let rows: [Row]

    /// Finds out about the library of this process; cheap, touches no network.
    public static var current: SSHCapabilities {
        let version = unsafe libssh2_version(0).map { unsafe String(cString: $0) } ?? "unknown"
        let knowsStatus = packer_swift_knows_exit_status() != 0
        return SSHCapabilities(
            libraryVersion: version,
            knowsExitStatus: knowsStatus,
            rows: [
                Row(name: "commands (exec)", isAvailable: true, note: "libssh2"),
                Row(
                    name: "proven exit status",
                    isAvailable: true,
                    note: knowsStatus
                        ? "libssh2, and the wrapper for POSIX shells"
                        : "the wrapper for POSIX shells; this libssh2 cannot tell 0 from none"
                ),
                Row(name: "files (SFTP)", isAvailable: true, note: "own, over libssh2's channel"),
                Row(
                    name: "files (SCP, plain commands)",
                    isAvailable: true,
                    note: "own, where there is no SFTP"
                ),
                Row(
                    name: "ed25519, ecdsa and rsa keys",
                    isAvailable: true,
                    note: "own, rsa with SHA-2; OpenSSH, PKCS#8 and PEM files"
                ),
                Row(name: "ssh-agent", isAvailable: true, note: "own, rsa with SHA-2"),
                Row(
                    name: "certificates, security keys",
                    isAvailable: false,
                    note: "libssh2's sign callback cannot use them; use a plain key"
                ),
                Row(
                    name: "known_hosts, fingerprints",
                    isAvailable: true,
                    note: "own; no host certificates"
                ),
                Row(
                    name: "RSA host keys with SHA-2",
                    isAvailable: isAtLeast(0x010B00),
                    note: isAtLeast(0x010B00)
                        ? "libssh2" : "needs libssh2 1.11; the server must have another host key"
                ),
                Row(
                    name: "EtM MACs, AES-GCM",
                    isAvailable: isAtLeast(0x010B00),
                    note: isAtLeast(0x010B00)
                        ? "libssh2" : "needs libssh2 1.11; the server must offer CTR and hmac-sha2"
                ),
            ]
        )
    }

    private static func isAtLeast(_ version: Int32) -> Bool {
        unsafe libssh2_version(version) != nil
    }
}
