/// Why a file provisioner did not begin its transfers.
///
/// A transfer that fails throws the communicator's own error. The text has three parts: what
/// failed (in Packer's words where Packer has some), what was found, what to do.
public struct FileProvisionerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of failure; new kinds may be added.
    public struct Code: Hashable, Sendable {
        /// The kind's name, stable for logs and tests.
        public let name: String
        /// What a user can do about it.
        public let remedy: String

        /// A source on this machine does not exist or cannot be asked about.
        public static let badSource = Code(
            name: "badSource",
            remedy: "Correct the path, or make the file before it is needed; nothing was "
                + "transferred."
        )
        /// Two sources would be written to one path.
        public static let conflictingTargets = Code(
            name: "conflictingTargets",
            remedy: "Give them different names, or use two file provisioners; nothing was "
                + "transferred."
        )
        /// A template could not be rendered.
        public static let notRendered = Code(
            name: "notRendered",
            remedy: "Correct the template; nothing was transferred."
        )

        /// Every code, for tables and tests.
        public static let all: [Code] = [.badSource, .conflictingTargets, .notRendered]
    }

    /// The kind of failure.
    public var code: Code
    /// What failed and what was found.
    public var message: String

    /// An error made of its parts.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// What failed, what was found, what to do.
    public var description: String { "\(message) \(code.remedy)" }
}
