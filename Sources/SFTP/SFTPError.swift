/// Why an SFTP request, or the whole conversation, failed.
package enum SFTPError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The server refused one request; the conversation goes on.
    case status(SFTPStatus)
    /// The server sent something that SFTP version 3 does not allow; the conversation is over.
    case protocolViolation(String)
    /// The server has no SFTP, or only a version that is not spoken here.
    case unsupported(String)
    /// The stream ended or broke while it was needed.
    case connectionLost(String)
    /// The server did not greet in time.
    case deadlineExceeded(Duration)
    /// The client was closed on this side.
    case closed

    /// What was found, as a clause.
    package var description: String {
        switch self {
        case .status(let status): "\(status)"
        case .protocolViolation(let found): "the SFTP server broke the protocol: \(found)"
        case .unsupported(let found): "the server does not offer SFTP version 3: \(found)"
        case .connectionLost(let found): "the SFTP connection was lost: \(found)"
        case .deadlineExceeded(let limit): "the SFTP server did not answer within \(limit)"
        case .closed: "the SFTP client is closed"
        }
    }
}
