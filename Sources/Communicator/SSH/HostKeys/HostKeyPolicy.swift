internal import Communicator

/// Which host keys are accepted, and what they are compared with.
///
/// The key that the first connection accepts is pinned: a reconnect must show the same one, unless
/// nothing is checked at all. Files are read anew for every connection, so that a key that is revoked
/// meanwhile is refused.
public struct HostKeyPolicy: Sendable {
    /// How a key that nobody knows is taken.
    public enum Checking: String, Sendable, CaseIterable {
        /// Refused: the key must be on record.
        case strict
        /// Accepted and pinned, where neither known_hosts nor a list of fingerprints says otherwise.
        case pin
        /// Accepted, and another one with every connection: who sits in between can read everything.
        case off
    }

    /// How a key that nobody knows is taken.
    public var checking: Checking
    /// The known_hosts files, each of which must be there; `nil` for OpenSSH's two, if they exist.
    public var knownHostsFiles: [String]?
    /// The only keys to accept, as `SHA256:...`; empty for no such rule.
    ///
    /// They stand above what known_hosts files record, but not above what these revoke.
    public var fingerprints: [String]

    /// A policy made of its parts.
    ///
    /// - Parameters:
    ///   - checking: How a key that nobody knows is taken.
    ///   - knownHostsFiles: The known_hosts files; `nil` for OpenSSH's two, if they exist.
    ///   - fingerprints: The only keys to accept, as `SHA256:...`; empty for no such rule.
    public init(
        _ checking: Checking = .pin,
        knownHostsFiles: [String]? = nil,
        fingerprints: [String] = []
    ) {
        self.checking = checking
        self.knownHostsFiles = knownHostsFiles
        self.fingerprints = fingerprints
    }

    /// What is wrong with the text of a fingerprint, or `nil`.
    public static func problem(withFingerprint text: String) -> String? {
        let prefix = "SHA256:"
        guard text.hasPrefix(prefix) else {
            return "'\(text)' does not begin with SHA256:, as ssh-keygen -l shows it"
        }
        let code = bare(text).utf8.dropFirst(prefix.utf8.count)
        guard code.count == 43, Base64.decode(code)?.count == 32 else {
            return "'\(text)' is not SHA256: and the 43 characters of a SHA-256 digest in base64"
        }
        return nil
    }

    /// Why a known_hosts file cannot be read, or `nil`.
    ///
    /// `/dev/null` can: it knows no host.
    public static func problem(withKnownHostsFile path: String) -> String? {
        do {
            _ = try KnownHostsFiles.open(path)
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// A fingerprint without the padding that some programs write.
    static func bare(_ fingerprint: String) -> String {
        fingerprint.hasSuffix("=") ? String(fingerprint.dropLast()) : fingerprint
    }
}

/// Why a host key was accepted.
public enum HostKeyTrust: Sendable, Equatable {
    /// Nothing was known about it; every later connection must show the same.
    case firstSeen
    /// It is on record, in this line of a known_hosts file.
    case onRecord(String)
    /// It has one of the fingerprints that the policy lists.
    case listed
    /// Nothing was checked.
    case unchecked
}
