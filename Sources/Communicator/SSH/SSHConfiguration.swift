public import Communicator

/// How to reach a machine over SSH.
public struct SSHConfiguration: Sendable {
    /// The host: a name or an address.
    public var host: String
    /// The TCP port.
    public var port: UInt16
    /// Who to log in as.
    public var username: String
    /// What to prove it with, tried in this order.
    public var credentials: [SSHCredential]
    /// How long to try before the first connection stands; `nil` for no limit.
    public var timeout: Duration?
    /// How long the server may be silent before it is asked for a sign of life; `nil` never asks, and
    /// then a server that froze is not found out.
    ///
    /// A question that is left without any byte for 15 seconds ends the connection. The question is
    /// `keepalive@libssh2.org`, which every server answers.
    public var keepAliveInterval: Duration? = .seconds(5)
    /// How long the server may be silent in all, whatever it was asked; `nil` for
    /// ``keepAliveInterval`` and 15 seconds.
    public var readWriteTimeout: Duration?
    /// How many refused logins end the trying; `nil` for no limit.
    public var handshakeAttempts: Int?
    /// Which host keys are accepted; the first one seen, unless known_hosts says otherwise.
    public var hostKeys: HostKeyPolicy
    /// How long a command that has ended may leave its output open and quiet.
    ///
    /// A background child that holds the output would otherwise keep the command open for ever.
    public var outputGrace: Duration
    /// Whether an exit status 0 counts where it cannot be proven.
    ///
    /// Only a user needs this from whose login no way leads to a POSIX shell. His commands go to the
    /// server as they are, and what comes back is their end: a lost connection may be taken for
    /// success (with libssh2 before 1.11.2), and so may a forced command that did something else.
    public var allowsUnprovenSuccess: Bool

    /// How files are moved; a method that is named is never exchanged for another.
    public var fileTransferMethod: SSHFileTransferMethod

    /// How to reach a machine; the defaults are Packer's.
    ///
    /// - Parameters:
    ///   - host: The host: a name or an address.
    ///   - port: The TCP port.
    ///   - username: Who to log in as.
    ///   - credentials: What to prove it with, tried in this order.
    ///   - timeout: How long to try before the first connection stands; `nil` for no limit.
    ///   - handshakeAttempts: How many refused logins end the trying; `nil` for no limit.
    public init(
        host: String,
        port: UInt16 = 22,
        username: String,
        credentials: [SSHCredential],
        timeout: Duration? = .seconds(300),
        handshakeAttempts: Int? = 10
    ) {
        self.host = host
        self.port = port
        self.username = username
        self.credentials = credentials
        self.timeout = timeout
        self.handshakeAttempts = handshakeAttempts
        self.hostKeys = HostKeyPolicy()
        self.outputGrace = .seconds(10)
        self.allowsUnprovenSuccess = false
        self.fileTransferMethod = .auto
    }

    /// How a connection is watched.
    var watch: PeerWatch.Rule {
        PeerWatch.Rule(interval: keepAliveInterval, silenceLimit: readWriteTimeout)
    }

    /// `user@host:port`, as messages name the machine.
    public var target: String {
        "\(username)@\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
}

/// What is known while a machine cannot be reached yet, or not yet again.
public struct SSHWaiting: Sendable {
    /// How long it has been tried.
    public var elapsed: Duration
    /// How long it will be tried; `nil` for no limit.
    public var limit: Duration?
    /// Why the last attempt failed.
    public var reason: CommunicatorError

    /// A report made of its parts.
    public init(elapsed: Duration, limit: Duration?, reason: CommunicatorError) {
        self.elapsed = elapsed
        self.limit = limit
        self.reason = reason
    }
}
