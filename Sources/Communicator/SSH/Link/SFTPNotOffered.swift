internal import ByteStreams
internal import Communicator
internal import SFTP

/// The connection stands, but there is no SFTP server at the other end of it.
struct SFTPNotOffered: Error {
    /// What was found, for a caller who has no other way.
    let cause: CommunicatorError
}

/// An SFTP client and the channel that it talks over.
struct SFTPChannel: Sendable {
    let client: SFTPClient
    let connection: SSHConnection
    let channel: Int
}

extension SSHConnection {
    /// Starts the SFTP subsystem on a channel of its own.
    ///
    /// - Throws: ``SFTPNotOffered`` when the server refuses it, or something else answers.
    func startSFTP() async throws -> SFTPChannel {
        let request = ChannelRequest.subsystem("sftp")
        let channel: Int
        do {
            channel = try await openChannel(request)
        } catch let error as CommunicatorError where error.code == .channelRefused {
            throw SFTPNotOffered(cause: error)
        }
        do {
            let client = try await SFTPClient.start(
                over: ChannelStream(connection: self, channel: channel),
                deadline: Self.answerLimit
            )
            return SFTPChannel(client: client, connection: self, channel: channel)
        } catch let error as SFTPError {
            if let failure { throw failure }
            var cause = CommunicatorError(
                .channelRefused,
                operation: request.parts.operation,
                target: target,
                detail: error.description
            )
            switch error {
            case .deadlineExceeded:
                cause.code = .deadlineExceeded
                throw cause
            case .protocolViolation:
                cause.remedy =
                    "Have the user's login shell print nothing where there is no terminal, or name "
                    + "another ssh_file_transfer_method."
            default:
                cause.remedy =
                    "Check the sftp subsystem in the server's configuration, or name another "
                    + "ssh_file_transfer_method."
            }
            throw SFTPNotOffered(cause: cause)
        }
    }
}
