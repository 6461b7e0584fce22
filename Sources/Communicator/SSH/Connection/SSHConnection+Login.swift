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

    /// Proves who we are: the credentials in their order, as far as the server offers their method.
    func authenticate(
        user: String,
        credentials: [SSHCredential],
        within limit: Duration
    ) async throws {
        let offered = try await methods(user: user, within: limit)
        var refusals: [String] = []
        for credential in credentials where !session.isAuthenticated {
            guard offered.contains(credential.method) else {
                refusals.append("\(credential.name) (\(credential.method) is not offered)")
                continue
            }
            do {
                try await offer(credential, user: user, within: limit)
            } catch let error as CommunicatorError where error.code == .authenticationFailed {
                refusals.append("\(credential.name) (\(error.detail))")
            }
        }
        guard session.isAuthenticated else {
            throw CommunicatorError(
                .authenticationFailed,
                operation: "logging in as \(user) on",
                target: target,
                detail: "refused: \(refusals.joined(separator: "; ")); "
                    + "the server offers \(offered.joined(separator: ","))"
            )
        }
        isAuthenticated = true
    }

    private func methods(user: String, within limit: Duration) async throws -> [String] {
        try await perform("asking for the login methods of", gate: .session, within: limit) {
            if let list = self.session.authenticationMethods(user: user) {
                return .done(list.split(separator: ",").map(String.init))
            }
            if self.session.isAuthenticated { return .done([]) }
            let failure = self.session.lastFailure()
            if failure.isAgain { return .again }
            return .failed(self.failed(.authenticationFailed, "asking for the login methods of"))
        }
    }

    private func offer(
        _ credential: SSHCredential,
        user: String,
        within limit: Duration
    ) async throws {
        let operation = "logging in as \(user) on"
        try await perform(operation, gate: .session, within: limit) {
            switch credential {
            case .password(let password):
                let code = self.session.authenticate(user: user, password: password)
                return self.outcome(code, .authenticationFailed, operation)
            case .privateKey(let key):
                var code = self.session.authenticate(
                    user: user,
                    key: key.pem,
                    passphrase: key.passphrase
                )
                // So libssh2 calls a key file that it cannot parse.
                if code == LIBSSH2_ERROR_PROTO { code = LIBSSH2_ERROR_FILE }
                return self.outcome(code, .authenticationFailed, operation)
            }
        }
    }
}
