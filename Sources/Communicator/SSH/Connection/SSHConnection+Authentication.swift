internal import CLibSSH2
internal import Communicator

extension SSHConnection {
    /// What a server said to a proof.
    private enum Answer {
        case accepted
        /// `isWeighed`: it looked at a signature or a password, so that it may want more as well.
        case refused(String, isWeighed: Bool, isExpired: Bool = false)
    }

    /// Proves who we are, in as many steps as the server wants.
    ///
    /// - Returns: The id of the proof that was accepted last; `nil` when this connection has had
    ///   its tries and the rest of the plan needs another.
    func authenticate(user: String, plan: inout LoginPlan, within limit: Duration) async throws
        -> String?
    {
        var offered = try await methods(user: user, within: limit)
        var used: [String: String] = [:]
        let known = plan.refusalCount
        var accepted = "none"
        var tries = 0
        while !session.isAuthenticated, let proof = plan.next(offered: offered, used: used) {
            guard tries < LoginPlan.triesPerConnection else {
                // A connection that has refused nothing is no step ahead: the next would be like it.
                guard plan.refusalCount > known else { break }
                return nil
            }
            tries += 1
            do {
                switch try await offer(proof, user: user, within: limit) {
                case .accepted: accepted = proof.id
                case .refused(let reason, let isWeighed, let isExpired):
                    if isWeighed {
                        tries += 1
                        let now = try await methods(user: user, within: limit)
                        if now != offered {
                            offered = now
                            used[proof.step] = proof.name
                            continue
                        }
                    }
                    plan.refuse(proof, reason, isExpired: isExpired)
                }
            } catch let error as CommunicatorError where error.code == .disconnected {
                // A server that has had enough closes instead of refusing.
                plan.refuse(proof, "the server closed the connection")
                if plan.hasMore { return nil }
                guard tries > 1 else { throw error }
                throw refusal(user: user, plan: plan, offered: offered, used: used)
            }
        }
        guard session.isAuthenticated else {
            throw refusal(user: user, plan: plan, offered: offered, used: used)
        }
        isAuthenticated = true
        return accepted
    }

    private func refusal(
        user: String,
        plan: LoginPlan,
        offered: [String],
        used: [String: String]
    ) -> CommunicatorError {
        let account = plan.account(offered: offered, used: Set(used.values))
        let names = Set(used.values).sorted().joined(separator: ", ")
        let also = used.isEmpty ? "offers" : "accepted \(names) and also wants"
        return CommunicatorError(
            plan.hasExpiredPassword ? .passwordExpired : .authenticationFailed,
            operation: "logging in as \(user) on",
            target: target,
            detail: (account.isEmpty ? "" : "refused: \(account); ")
                + "the server \(also) \(offered.joined(separator: ","))"
        )
    }

    private func methods(user: String, within limit: Duration) async throws -> [String] {
        try await perform("asking for the login methods of", gate: .session, within: limit) {
            if let list = self.session.authenticationMethods(user: user) {
                return .done(SSHNames(list).all)
            }
            if self.session.isAuthenticated { return .done([]) }
            let failure = self.session.lastFailure()
            if failure.isAgain { return .again }
            return .failed(self.failed(.authenticationFailed, "asking for the login methods of"))
        }
    }

    private func offer(_ proof: LoginProof, user: String, within limit: Duration) async throws
        -> Answer
    {
        switch proof {
        case .key, .identity: try await offer(key: proof, user: user, within: limit)
        case .password(let password):
            try await perform("logging in as \(user) on", gate: .session, within: limit) {
                self.answer(to: self.session.authenticate(user: user, password: password))
            }
        case .keyboardInteractive(let password):
            try await converse(KeyboardConversation(password: password), user, within: limit)
        }
    }

    private func offer(key proof: LoginProof, user: String, within limit: Duration) async throws
        -> Answer
    {
        guard let shown = proof.publicKey,
            let blob = try? shown.key.blob(named: shown.algorithm)
        else { return .refused("the key makes no sense", isWeighed: false) }
        let request = SignatureRequest(blob: blob)
        return try await perform("logging in as \(user) on", gate: .session, within: limit) {
            let code = self.session.authenticate(user: user, request: request)
            if let data = request.takeWanted() { self.sign(data, with: proof, for: request) }
            if let reason = request.failure, code != LIBSSH2_ERROR_EAGAIN {
                return .done(.refused(reason, isWeighed: false))
            }
            return self.answer(to: code, isWeighed: request.wasAsked)
        }
    }

    /// Signs beside this actor, then lets libssh2 have the signature.
    private func sign(_ data: [UInt8], with proof: LoginProof, for request: SignatureRequest) {
        signing = Task {
            do {
                request.finish(try await proof.signature(of: data))
            } catch let error as KeyFileError {
                request.fail(error.detail)
            } catch {
                request.fail("\(error)")
            }
            self.settle()
        }
    }

    private func converse(
        _ conversation: KeyboardConversation,
        _ user: String,
        within limit: Duration
    ) async throws -> Answer {
        session.wire.conversation = conversation
        defer { session.wire.conversation = nil }
        let answer = try await perform(
            "logging in as \(user) on",
            gate: .session,
            within: limit
        ) {
            self.answer(to: self.session.authenticateByKeyboard(user: user))
        }
        guard case .refused(let reason, _, _) = answer,
            let question = conversation.unanswered.first
        else { return answer }
        if conversation.wantsNewPassword {
            return .refused(
                "the password has expired, and the server asks for a new one; log in by hand once",
                isWeighed: true,
                isExpired: true
            )
        }
        return .refused(
            "\(reason); it asked \(ShownText.of(question)), which has no answer here",
            isWeighed: true
        )
    }

    private func answer(to code: Int32, isWeighed: Bool = true) -> SessionOperation.Attempt<Answer>
    {
        if code == LIBSSH2_ERROR_EAGAIN { return .again }
        if code >= 0 { return .done(.accepted) }
        let failure = session.lastFailure()
        if failure.isFatal { return .failed(failed(.authenticationFailed, "logging in to")) }
        if failure.isMissingReply {
            return .failed(
                CommunicatorError(
                    .disconnected,
                    operation: "logging in to",
                    target: target,
                    detail: "the server closed the connection during the login",
                    remedy: "Look into the server's log, or at what ssh -v shows: the account may "
                        + "be closed, or this address refused for a while."
                )
            )
        }
        if code == LIBSSH2_ERROR_PASSWORD_EXPIRED {
            return .done(.refused(failure.detail, isWeighed: isWeighed, isExpired: true))
        }
        let reason = isWeighed ? "not accepted" : "not known to the server"
        return .done(.refused(reason, isWeighed: isWeighed))
    }
}
