import Foundation
import Processes

/// One of the SSH servers that `docker-test/up` has brought up.
///
/// Where none is up the test fails: a server that is not there proves nothing.
package struct DockerServer: Sendable {
    /// Which of the configurations in `docker-test` a server has.
    package enum Configuration: String, Sendable, CaseIterable {
        /// OpenSSH as it comes.
        case standard = "default"
        /// `RekeyLimit 256K`.
        case rekey
        /// `ChannelTimeout session:*=1s`: a quiet channel is closed without an exit status.
        case channelTimeout = "channeltimeout"
        /// `MaxSessions 1`.
        case maxSessions = "maxsessions"
        /// `MaxSessions 2`.
        case maxSessions2 = "maxsessions2"
        /// No SFTP subsystem.
        case noSFTP = "nosftp"
        /// `MaxAuthTries 6`, and users who log in in other ways.
        case logins
        /// The strictest that libssh2 1.10 can talk to.
        case hardened
        /// AEAD ciphers and EtM MACs only.
        case modern
        /// An RSA host key with SHA-2 signatures only.
        case rsaHostKey = "rsahostkey"
        /// Nothing in `/tmp` can be executed.
        case noExec = "noexec"
        /// OpenSSH 10 with its per-source penalties: nothing may fail to log in here.
        case trixie
        /// OpenSSH 10, which refuses this address for 5 s after one failed login.
        case penalties
        /// dropbear without an sftp-server, on a busybox userland.
        case dropbear
        /// dropbear with an sftp-server, on a busybox userland.
        case dropbearSFTP = "dropbearsftp"
    }

    /// Where it listens: 127.0.0.1.
    package let host: String
    /// The port.
    package let port: Int
    /// A user with bash and sudo.
    package let user: String
    /// The password of every user.
    package let password: String
    /// The path of an ed25519 key that every user may log in with.
    package let privateKeyPath: String
    /// The server's key, as `ssh-ed25519 AAAA...`; of type `ssh-rsa` where it has no ed25519 key.
    package let hostKey: String
    /// The container's id.
    package let container: String
    /// The engine that the container belongs to, as a program that takes `docker`'s arguments.
    package let engine: Program

    /// The path of the file that `docker-test/up` writes.
    package static var endpointsPath: String {
        let named = ProcessInfo.processInfo.environment["PACKER_SWIFT_DOCKER_TEST"]
        return "\(named ?? "\(ProjectFiles.root)/.build/docker-test")/endpoints"
    }

    /// The server with a configuration.
    ///
    /// - Throws: ``ProjectFiles/Missing`` when the servers are not up.
    package init(_ configuration: Configuration = .standard) throws {
        guard let text = try? String(contentsOfFile: Self.endpointsPath, encoding: .utf8) else {
            throw ProjectFiles.Missing(
                description: "\(Self.endpointsPath) is not there: run docker-test/up, or make test"
            )
        }
        let values = Dictionary(
            text.split(separator: "\n").compactMap { line -> (String, String)? in
                let parts = line.split(
                    separator: "=",
                    maxSplits: 1,
                    omittingEmptySubsequences: false
                )
                return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
            },
            uniquingKeysWith: { $1 }
        )
        func value(_ key: String) throws -> String {
            guard let value = values[key] else {
                throw ProjectFiles.Missing(
                    description: "\(Self.endpointsPath) has no \(key): run docker-test/up again"
                )
            }
            return value
        }
        let name = configuration.rawValue
        host = try value("host")
        port = Int(try value("\(name).port")) ?? 0
        user = try value("user")
        password = try value("password")
        privateKeyPath = try value("private_key")
        hostKey = try value("\(name).host_key")
        container = try value("\(name).container")
        let words = try value("docker").split(separator: " ").map(String.init)
        let host = try value("docker_host")
        engine = Program(
            "env",
            (host.isEmpty ? [] : ["DOCKER_HOST=\(host)"]) + words
        )
    }

    /// A server with the users and the key of another one, in a container of its own.
    package init(
        like model: DockerServer,
        container: String,
        host: String,
        port: Int,
        password: String,
        hostKey: String
    ) {
        self.host = host
        self.port = port
        self.user = model.user
        self.password = password
        self.privateKeyPath = model.privateKeyPath
        self.hostKey = hostKey
        self.container = container
        self.engine = model.engine
    }

    /// What the server has logged so far.
    package func log() async throws -> String {
        let outcome = try await engine.run(["logs", container])
        return outcome.output + outcome.errors
    }

    /// The output of a shell command that root runs in the container, past any SSH, and that
    /// ends with exit code 0.
    @discardableResult
    package func exec(_ command: String, within limit: Duration = .seconds(60)) async throws
        -> String
    {
        try await engine.succeed(["exec", container, "sh", "-c", command], within: limit)
    }

    /// How a shell command ends that root runs in the container, past any SSH.
    package func outcome(
        of command: String,
        within limit: Duration = .seconds(60)
    ) async throws -> Program.Outcome {
        try await engine.run(["exec", container, "sh", "-c", command], within: limit)
    }

    /// Lets every user log in with the key of a `.pub` file.
    package func authorize(_ path: String) async throws {
        let key = try String(contentsOfFile: path, encoding: .utf8)
        let line = key.trimmingCharacters(in: .whitespacesAndNewlines)
        try await exec("echo '\(line)' >> /etc/ssh/authorized_keys")
    }

    /// Whether a process in the container has a command line that matches a pattern.
    package func runs(_ pattern: String) async throws -> Bool {
        // The bracket keeps the pattern from matching the command that asks.
        let first = pattern.prefix(1)
        let safe = "[\(first)]\(pattern.dropFirst())"
        return try await outcome(of: "pgrep -f '\(safe)'").end == .exited(0)
    }
}
