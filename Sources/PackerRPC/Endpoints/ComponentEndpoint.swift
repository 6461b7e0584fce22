internal import MessagePack
internal import NetRPC

/// What the four kinds of components have in common on the wire.
///
/// Their configuration crosses in `Configs`: maps of a JSON template, or the bytes of one cty value
/// as JSON. Which of the bytes' forms a specification has is decided when the plugin starts
/// (``HCLSpecification``), so that here it is bytes.
enum ComponentEndpoint {
    struct SpecificationReply: Codable, Sendable {
        var bytes: [UInt8]

        enum CodingKeys: String, CodingKey { case bytes = "ConfigSpec" }
    }

    struct ConfigurationArguments: Codable, Sendable {
        var configurations: [MessagePackValue]

        enum CodingKeys: String, CodingKey { case configurations = "Configs" }
    }

    /// `BasicError`: how an error travels inside a reply.
    struct BasicError: Codable, Sendable, Error, CustomStringConvertible {
        var message: String

        enum CodingKeys: String, CodingKey { case message = "Message" }

        init(_ error: any Error) {
            message = error is CancellationError ? "context canceled" : "\(error)"
        }

        var description: String { message }
    }

    /// An error of a called component: its text is all that crosses.
    static func failure(_ error: any Error) -> any Error {
        switch error {
        case let error as NetRPCError where error.code == .server:
            failure(saying: error.message)
        case let error as BasicError: failure(saying: error.message)
        default: error
        }
    }

    private static func failure(saying message: String) -> any Error {
        // Go's only word for it.
        message == "context canceled" ? CancellationError() : ComponentFailure(message: message)
    }
}

/// What a component in another process says that it failed for.
package struct ComponentFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// Its words.
    package var message: String

    /// A failure with these words.
    package init(message: String) {
        self.message = message
    }

    /// Its words.
    package var description: String { message }
}
