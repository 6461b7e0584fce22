/// Why a call of Go's net/rpc failed, or a whole conversation ended.
package struct NetRPCError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is; there may be more kinds one day.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The name of the code.
        package let description: String

        /// The called method failed; ``NetRPCError/message`` is the server's text, exactly.
        package static let server = Code(description: "server")
        /// The stream ended or broke; whether the call was carried out is unknown.
        package static let connectionLost = Code(description: "connectionLost")
        /// This side closed the connection.
        package static let closed = Code(description: "closed")
        /// The peer sent what is no message of net/rpc; the conversation is over.
        package static let protocolViolation = Code(description: "protocolViolation")
        /// The reply came and is not what was asked for; the conversation goes on.
        package static let undecodableReply = Code(description: "undecodableReply")
        /// The arguments have no encoding, or the method's name is too long; nothing was sent.
        package static let unencodableArguments = Code(description: "unencodableArguments")
        /// More calls wait than ``NetRPCLimits/pendingCalls``; nothing was sent.
        package static let tooManyCalls = Code(description: "tooManyCalls")
        /// A method that cannot be registered: registered already, or without a dot.
        package static let registration = Code(description: "registration")
    }

    /// What kind of failure it is.
    package var code: Code
    /// What was found; for ``Code/server`` the server's text and nothing else.
    package var message: String
    /// The method that was called, where one was.
    package var serviceMethod: String?

    /// More about a failed call, as one MessagePack value; empty for none.
    ///
    /// It travels as the reply's body, which Go sends empty and passes over.
    package var details: [UInt8]

    /// An error; a handler throws one of the code ``Code/server`` to choose its text and details.
    package init(
        _ code: Code,
        _ message: String,
        serviceMethod: String? = nil,
        details: [UInt8] = []
    ) {
        self.code = code
        self.message = message
        self.serviceMethod = serviceMethod
        self.details = details
    }

    /// What failed and what was found; for ``Code/server`` the text alone, as Go shows it.
    package var description: String {
        guard code != .server, let serviceMethod else { return message }
        return "\(serviceMethod): \(message)"
    }

    func calling(_ serviceMethod: String) -> NetRPCError {
        NetRPCError(code, message, serviceMethod: serviceMethod, details: details)
    }
}
