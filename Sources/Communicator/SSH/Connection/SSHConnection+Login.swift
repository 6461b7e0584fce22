internal import CLibSSH2
internal import Communicator

extension SSHConnection {
    /// Exchanges keys with the server and gives back the key that it proved to have.
    func handshake(within limit: Duration) async throws -> HostKey {
        try await perform("the SSH handshake with", gate: .session, within: limit) {
            let code = self.session.handshake()
            if code == LIBSSH2_ERROR_EAGAIN { return .again }
            guard code >= 0 else {
                return .failed(self.failed(.handshakeFailed, "the SSH handshake with"))
            }
            guard let key = self.session.hostKey() else {
                return .failed(self.failed(.handshakeFailed, "reading the host key of"))
            }
            return .done(HostKey(blob: key.blob, digest: key.digest))
        }
    }
}
