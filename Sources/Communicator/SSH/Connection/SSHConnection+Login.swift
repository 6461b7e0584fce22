internal import CLibSSH2
internal import Communicator

extension SSHConnection {
    /// Exchanges keys with the server and gives back the key that it proved to have.
    ///
    /// `preferring` names the types of host keys to ask for first.
    func handshake(
        preferring hostKeyTypes: [String] = [],
        within limit: Duration
    ) async throws -> HostKey {
        session.prefer(hostKeyTypes: hostKeyTypes)
        return try await perform("the SSH handshake with", gate: .session, within: limit) {
            let code = self.session.handshake()
            if code == LIBSSH2_ERROR_EAGAIN { return .again }
            guard code >= 0 else {
                return .failed(self.handshakeFailure(code))
            }
            guard let key = self.session.hostKey() else {
                return .failed(self.failed(.handshakeFailed, "reading the host key of"))
            }
            return .done(HostKey(blob: key.blob, digest: key.digest))
        }
    }

    /// The types of host keys that the server can show; empty before its first message.
    var offeredHostKeyTypes: [String] {
        session.wire.serverProposal.proposal?.names(.hostKey) ?? []
    }

    private func handshakeFailure(_ code: Int32) -> CommunicatorError {
        let operation = "the SSH handshake with"
        let error = failed(.handshakeFailed, operation, code)
        guard let disagreement = session.disagreement() else { return error }
        return CommunicatorError(
            .noCommonAlgorithm,
            operation: operation,
            target: target,
            detail: disagreement.detail,
            remedy: disagreement.remedy
        )
    }
}
