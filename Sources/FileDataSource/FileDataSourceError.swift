/// Why a file could not be given to a template.
///
/// A file that cannot be read throws `CommunicatorError`, which names it. The text has three parts:
/// what failed, what was found, what to do.
public struct FileDataSourceError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of failure; new kinds may be added.
    public struct Code: Hashable, Sendable {
        /// The kind's name, stable for logs and tests.
        public let name: String
        /// What a user can do about it.
        public let remedy: String

        /// The file has more bytes than ``FileDataSource/maximumSize``.
        public static let tooLarge = Code(
            name: "tooLarge",
            remedy: "Transfer it with the provisioner file instead of having it in the template."
        )
        /// The file's bytes are not UTF-8.
        public static let notText = Code(
            name: "notText",
            remedy: "Templates hold only text: convert the file to UTF-8, or to base64."
        )

        /// Every code, for tables and tests.
        public static let all: [Code] = [.tooLarge, .notText]
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
