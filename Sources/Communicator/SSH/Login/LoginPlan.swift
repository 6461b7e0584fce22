internal import Communicator

/// What to show a server, in which order, and what it has refused so far.
///
/// A server bears few refusals in one connection (`MaxAuthTries`, 6 by default), so a plan is
/// worked off over as many connections as it takes.
struct LoginPlan: Sendable {
    /// How much is tried in one connection: one less than OpenSSH's server bears by default.
    static let triesPerConnection = 5
    /// How many of an agent's keys are tried at most.
    static let identityLimit = 64

    private var proofs: [LoginProof] = []
    /// What cannot be tried at all, with the reasons.
    private var notes: [String] = []
    private var refusals: [(name: String, manner: String, reason: String)] = []
    private var refused: Set<String> = []
    /// Whether a server has said that the password, which it took, has expired.
    private(set) var hasExpiredPassword = false

    /// The proofs of some credentials, the one with the given id before the others; asks agents for
    /// their keys.
    ///
    /// - Throws: ``CommunicatorError`` `.invalidConfiguration` when nothing is left to be tried.
    static func make(
        _ credentials: [SSHCredential],
        preferring id: String?,
        target: String
    ) async throws -> LoginPlan {
        var plan = LoginPlan()
        for credential in credentials {
            switch credential {
            case .password(let password):
                plan.proofs += [.password(password), .keyboardInteractive(password)]
            case .privateKey(let key):
                plan.proofs += SignatureAlgorithm.all(forKeyType: key.type).map { .key(key, $0) }
            case .agent(let agent): try await plan.add(agent)
            }
        }
        guard !plan.proofs.isEmpty else {
            throw CommunicatorError(
                .invalidConfiguration,
                operation: "logging in to",
                target: target,
                detail: plan.notes.isEmpty
                    ? "there is nothing to log in with" : plan.notes.joined(separator: "; "),
                remedy: "Add a key to the agent (ssh-add), or set ssh_private_key_file."
            )
        }
        if let index = plan.proofs.firstIndex(where: { $0.id == id }) {
            plan.proofs.insert(plan.proofs.remove(at: index), at: 0)
        }
        return plan
    }

    private mutating func add(_ agent: SSHAgent) async throws {
        let client = SSHAgentClient(agent)
        let held: [SSHAgentClient.Identity]
        do {
            held = try await client.identities()
        } catch let error as SSHAgentClient.Failure {
            return notes.append("\(error) (\(agent.socketPath))")
        }
        let wanted = agent.identities.map { Set($0.map(\.key)) }
        let identities = held.filter { wanted?.contains($0.key) ?? true }
        if identities.isEmpty {
            notes.append("the agent at \(agent.socketPath) holds none of the keys asked for")
        }
        for identity in identities.prefix(Self.identityLimit) {
            if let refusal = PublicKey.refusal(ofType: identity.key.type) {
                notes.append("the agent's key \(ShownText.of(identity.comment)): \(refusal.detail)")
            }
            proofs += SignatureAlgorithm.all(forKeyType: identity.key.type)
                .map { .identity(identity, client, $0) }
        }
        if identities.count > Self.identityLimit {
            notes.append("of the agent's \(identities.count) keys \(Self.identityLimit) are tried")
        }
    }

    /// What to show next to a server that offers some methods, and has accepted on this connection
    /// already the steps that are the keys of `used`.
    func next(offered: [String], used: [String: String]) -> LoginProof? {
        proofs.first { proof in
            guard offered.contains(proof.method), !refused.contains(proof.id) else { return false }
            // The same secret would only be refused twice.
            if case .keyboardInteractive = proof, offered.contains("password") { return false }
            return used[proof.step] == nil
        }
    }

    /// Whether anything is left that no connection has refused.
    var hasMore: Bool { proofs.contains { !refused.contains($0.id) } }

    /// How many proofs were refused so far.
    var refusalCount: Int { refused.count }

    mutating func refuse(_ proof: LoginProof, _ reason: String, isExpired: Bool = false) {
        if isExpired { hasExpiredPassword = true }
        refused.insert(proof.id)
        refusals.append((proof.name, proof.manner, reason))
    }

    /// All that was tried and all that was not, for a user to see.
    func account(offered: [String], used: Set<String>) -> String {
        var names: [String] = []
        var reasons: [String: [String]] = [:]
        for refusal in refusals {
            if reasons[refusal.name] == nil { names.append(refusal.name) }
            reasons[refusal.name, default: []].append("\(refusal.manner): \(refusal.reason)")
        }
        var lines = names.map { "\($0) as \((reasons[$0] ?? []).joined(separator: ", "))" }
        for proof in proofs where !names.contains(proof.name) && !used.contains(proof.name) {
            names.append(proof.name)
            if !offered.contains(proof.method) {
                lines.append("\(proof.name) was not tried (\(proof.method) is not offered)")
            }
        }
        return (lines + notes).joined(separator: "; ")
    }
}
