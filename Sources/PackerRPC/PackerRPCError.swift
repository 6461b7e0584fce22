internal import Yamux

/// Why a conversation between host and plugin cannot go on, beside what a called method reports.
package struct PackerRPCError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The kind's name, stable for logs and tests.
        package let description: String

        /// The connection to the other process ended.
        package static let connectionLost = Code(description: "connectionLost")
        /// The connection, or the stream, was closed on this side.
        package static let closed = Code(description: "closed")
        /// A stream was not opened, or not taken, in time.
        package static let brokerTimeout = Code(description: "brokerTimeout")
        /// The other side sent what the protocol does not allow.
        package static let protocolViolation = Code(description: "protocolViolation")
        /// The first line of a plugin is none that this host understands.
        package static let handshake = Code(description: "handshake")
        /// What a plugin's `describe` prints is no description of a plugin.
        package static let pluginDescription = Code(description: "pluginDescription")
        /// The other side's version has no such method.
        package static let unsupported = Code(description: "unsupported")
    }

    /// The kind of failure.
    package var code: Code
    /// What was found.
    package var detail: String

    /// An error made of its parts.
    package init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    /// What was found.
    package var description: String { detail }

    static func connectionLost(_ error: any Error) -> PackerRPCError {
        if case .protocolViolation? = error as? YamuxError {
            return PackerRPCError(.protocolViolation, "\(error)")
        }
        return PackerRPCError(.connectionLost, "the connection was lost: \(error)")
    }
}
