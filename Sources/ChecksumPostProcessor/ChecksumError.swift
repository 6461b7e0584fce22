/// Why checksums could not be written.
///
/// A file that cannot be read or written throws `CommunicatorError`, which names it. The text has
/// three parts: what failed, what was found, what to do.
public struct ChecksumError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of failure; new kinds may be added.
    public struct Code: Hashable, Sendable {
        /// The kind's name, stable for logs and tests.
        public let name: String
        /// What a user can do about it.
        public let remedy: String

        /// The name of a file cannot stand in a line of a checksum file.
        public static let unwritableName = Code(
            name: "unwritableName",
            remedy: "Rename the file."
        )
        /// The system's libcrypto does not compute this hash.
        public static let hashRefused = Code(
            name: "hashRefused",
            remedy: "Choose another one in checksum_types, or let the system's OpenSSL have it."
        )
        /// The file that the checksums would be added to is larger than any checksum file.
        public static let outputTooLarge = Code(
            name: "outputTooLarge",
            remedy: "Name another file in output, or remove it."
        )
        /// Others kept the directory of the checksum file for themselves.
        public static let outputBusy = Code(
            name: "outputBusy",
            remedy: "Find out which process holds a lock on that directory."
        )
        /// The template of the output's name could not be rendered.
        public static let notRendered = Code(
            name: "notRendered",
            remedy: "Correct the template; nothing was written."
        )

        /// Every code, for tables and tests.
        public static let all: [Code] = [
            .unwritableName, .hashRefused, .outputTooLarge, .outputBusy, .notRendered,
        ]
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
    public var description: String { "\(message). \(code.remedy)" }
}
