/// Why a machine could not be reached or a transfer is not whole.
///
/// The text has three parts: what failed, what was found, what to do. No secret is ever part of it.
public struct CommunicatorError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure; new kinds may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The kind's name, stable for logs and tests.
        public let name: String
        /// What a user can do about it, as a sentence; a specific ``CommunicatorError/remedy`` wins.
        public let remedy: String

        private init(_ name: String, _ remedy: String) {
            self.name = name
            self.remedy = remedy
        }

        /// The kind's name.
        public var description: String { name }

        /// Two codes are the same kind when their names are.
        public static func == (one: Code, other: Code) -> Bool { one.name == other.name }

        /// Hashes the name.
        public func hash(into hasher: inout Hasher) { hasher.combine(name) }
    }

    /// The kind of failure.
    public var code: Code
    /// What was being done: "uploading", "opening a channel".
    public var operation: String
    /// What it was done to: a path, or `user@host:port`.
    public var target: String
    /// What was found: the system's, the library's or the server's own words.
    public var detail: String
    /// What to do, when something better than the code's own remedy is known.
    public var remedy: String?

    /// An error made of its parts.
    public init(
        _ code: Code,
        operation: String,
        target: String,
        detail: String,
        remedy: String? = nil
    ) {
        self.code = code
        self.operation = operation
        self.target = target
        self.detail = detail
        self.remedy = remedy
    }

    /// What failed, what was found, what to do.
    public var description: String {
        "\(operation) \(target) failed: \(detail). \(remedy ?? code.remedy)"
    }
}

extension CommunicatorError.Code {
    /// No connection could be made at all: refused, unreachable, no such host.
    public static let connectionFailed = Self(
        "connectionFailed",
        "Check host and port, and that the SSH server is running and reachable."
    )
    /// The time for reaching the machine ran out; the last cause is in the detail.
    public static let connectionTimedOut = Self(
        "connectionTimedOut",
        "Raise ssh_timeout if the machine needs longer, or remove the cause named above."
    )
    /// The SSH handshake failed, for instance because it is no SSH server.
    public static let handshakeFailed = Self(
        "handshakeFailed",
        "Check that the port belongs to an SSH server that shares an algorithm with this libssh2."
    )
    /// The server and this side's SSH library have no key exchange, host key type, cipher or MAC in
    /// common; trying again does not help.
    public static let noCommonAlgorithm = Self(
        "noCommonAlgorithm",
        "Let the server offer one of the algorithms named above, or use a newer libssh2."
    )
    /// The host key is not one that may be accepted: another one, a revoked or an unknown one.
    public static let hostKeyRefused = Self(
        "hostKeyRefused",
        "Find out why the machine's key changed; start a new build if it was rebuilt on purpose."
    )
    /// The server accepted none of the credentials.
    public static let authenticationFailed = Self(
        "authenticationFailed",
        """
        Check ssh_username and the key or password against what the server accepts, and that the \
        user's login shell exists there.
        """
    )
    /// The user's password has expired, so that the server lets nothing be done; trying again does
    /// not help.
    public static let passwordExpired = Self(
        "passwordExpired",
        "Log in by hand once and give the user a new password."
    )
    /// The connection ended while it was needed.
    public static let disconnected = Self(
        "disconnected",
        "Check the network and the server's log; a finished part of the work is not repeated."
    )
    /// A deadline passed.
    public static let deadlineExceeded = Self(
        "deadlineExceeded",
        "Raise the limit if the work needs longer, or find out why the machine is slow."
    )
    /// The server refused to open a channel or to start what was asked on it.
    public static let channelRefused = Self(
        "channelRefused",
        "Check MaxSessions and the subsystems in the server's configuration."
    )
    /// A command could not be started.
    public static let commandNotStarted = Self(
        "commandNotStarted",
        "Check that the user has a working login shell on the machine."
    )
    /// The path, or a directory on the way to it, does not exist.
    public static let noSuchFile = Self(
        "noSuchFile",
        "Create the missing directory first, or correct the path."
    )
    /// The user may not do this.
    public static let permissionDenied = Self(
        "permissionDenied",
        "Choose a path this user may write, and move the file with a privileged script afterwards."
    )
    /// The file system has no room left.
    public static let noSpace = Self(
        "noSpace",
        "Free room on that file system, or choose another one."
    )
    /// The path is a directory where a file was needed.
    public static let isDirectory = Self(
        "isDirectory",
        "Name the file itself, or end the destination with a slash to put it in the directory."
    )
    /// The path is not a directory where one was needed.
    public static let notDirectory = Self(
        "notDirectory",
        "Name a directory, or use the transfer for single files."
    )
    /// A transfer failed in a way that has no code of its own.
    public static let transferFailed = Self(
        "transferFailed",
        "Check the file systems and the server's log, then try again."
    )
    /// The source changed while it was read.
    public static let sourceChanged = Self(
        "sourceChanged",
        "Make sure that nothing writes to the source during the transfer."
    )
    /// The peer sent something that the protocol does not allow.
    public static let protocolViolation = Self(
        "protocolViolation",
        "The far side is faulty or hostile; do not trust it before that is known."
    )
    /// A file on this side could not be read or written.
    public static let localFile = Self(
        "localFile",
        "Check the local path and its permissions."
    )
    /// The communicator, or the far side, cannot do this.
    public static let unsupported = Self(
        "unsupported",
        "Use another communicator, or do it with a command."
    )
    /// The settings cannot work.
    public static let invalidConfiguration = Self(
        "invalidConfiguration",
        "Correct the setting that is named above."
    )

    /// Every code that this library uses, for tables and tests.
    public static let all: [Self] = [
        .connectionFailed, .connectionTimedOut, .handshakeFailed, .noCommonAlgorithm,
        .hostKeyRefused,
        .authenticationFailed, .passwordExpired, .disconnected, .deadlineExceeded, .channelRefused,
        .commandNotStarted, .noSuchFile, .permissionDenied, .noSpace, .isDirectory, .notDirectory,
        .transferFailed, .sourceChanged, .protocolViolation, .localFile, .unsupported,
        .invalidConfiguration,
    ]
}
