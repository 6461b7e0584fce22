internal import Communicator

/// Decides whether the key that a machine shows is accepted.
struct HostKeyCheck {
    let configuration: SSHConfiguration
    /// What the known_hosts files say about the machine; `nil` where nothing is checked.
    let knownHosts: KnownHosts?
    /// The key of an earlier connection of the same build.
    let pinned: HostKey?

    private var policy: HostKeyPolicy { configuration.hostKeys }

    /// Reads what is to be compared with; before the connection is made.
    ///
    /// - Throws: ``CommunicatorError`` with `.invalidConfiguration`.
    static func prepare(_ configuration: SSHConfiguration, pinned: HostKey?) async throws -> Self {
        let policy = configuration.hostKeys
        guard policy.checking != .off else {
            return Self(configuration: configuration, knownHosts: nil, pinned: nil)
        }
        let problems = policy.fingerprints.compactMap(HostKeyPolicy.problem(withFingerprint:))
        if let problem = problems.first {
            throw CommunicatorError(
                .invalidConfiguration,
                operation: "checking the fingerprints for",
                target: configuration.target,
                detail: problem,
                remedy: "Take the fingerprint from ssh-keygen -lf on the machine's public host key."
            )
        }
        let known = try await KnownHostsFiles(policy)
            .about(host: configuration.host, port: configuration.port)
        return Self(configuration: configuration, knownHosts: known, pinned: pinned)
    }

    /// The key types to ask the server for first: those it can be recognised by.
    var preferredTypes: [String] {
        if let pinned { return [pinned.type] }
        return policy.fingerprints.isEmpty ? knownHosts?.keyTypes ?? [] : []
    }

    /// The type to ask the server for next, because its key of another type is not listed; `nil` to
    /// decide on the key at hand.
    ///
    /// A fingerprint does not say the type of its key, and a server shows one key at a time.
    func typeToAsk(
        insteadOf key: HostKey,
        from offered: [String],
        except tried: Set<String>
    ) -> String? {
        guard policy.checking != .off, pinned == nil, !policy.fingerprints.isEmpty,
            !policy.fingerprints.map(HostKeyPolicy.bare).contains(key.fingerprint)
        else { return nil }
        // One RSA key serves several signature algorithms.
        return offered.map { $0.hasPrefix("rsa-sha2-") ? "ssh-rsa" : $0 }
            .first { Self.plainTypes.contains($0) && !tried.contains($0) }
    }

    private static let plainTypes: Set = [
        "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
        "ssh-rsa",
    ]

    /// Why a key is accepted.
    ///
    /// - Throws: ``CommunicatorError`` with `.hostKeyRefused`, what was found and what was expected.
    func trust(in key: HostKey) throws -> HostKeyTrust {
        guard let knownHosts else { return .unchecked }
        let verdict = knownHosts.verdict(on: key)
        if case .revoked(let finding) = verdict {
            throw refusal(
                key,
                "that key is revoked: \(finding)",
                "Trust no machine that shows a revoked key; give the machine a new host key."
            )
        }
        if let pinned, pinned != key {
            throw refusal(key, "the first connection showed \(pinned.summary)", nil)
        }
        guard policy.fingerprints.isEmpty else { return try listed(key) }
        switch verdict {
        case .known(let place): return .onRecord(place)
        case .changed(let findings): throw changed(key, knownHosts, findings)
        case .revoked, .unknown:
            guard policy.checking == .strict, pinned == nil else { return .firstSeen }
            throw unknown(key, knownHosts)
        }
    }

    private func listed(_ key: HostKey) throws -> HostKeyTrust {
        let expected = policy.fingerprints.map(HostKeyPolicy.bare)
        if expected.contains(key.fingerprint) { return .listed }
        throw refusal(
            key,
            "ssh_host_key_fingerprints expects \(expected.joined(separator: " or "))",
            "Compare with ssh-keygen -lf on the machine's console; correct the list if it is old."
        )
    }

    private func changed(
        _ key: HostKey,
        _ knownHosts: KnownHosts,
        _ findings: [String]
    ) -> CommunicatorError {
        let isSameType = knownHosts.keyTypes.contains(key.type)
        let shown = findings.prefix(4).joined(separator: "; ")
        let more = findings.count > 4 ? "; and \(findings.count - 4) lines more" : ""
        return refusal(
            key,
            "for \(knownHosts.name) \(shown)\(more)",
            isSameType || knownHosts.keyTypes.isEmpty
                ? "If the machine was rebuilt on purpose, remove its line: "
                    + "ssh-keygen -R '\(knownHosts.name)' -f the file that is named above."
                : "If the key is the machine's (compare with ssh-keygen -lf on its console), "
                    + "add its \(key.type) key to the file: "
                    + "ssh-keyscan -t \(shortType(key)) -p \(configuration.port) "
                    + "\(configuration.host)."
        )
    }

    private func unknown(_ key: HostKey, _ knownHosts: KnownHosts) -> CommunicatorError {
        let authority =
            knownHosts.hasAuthority
            ? "; a @cert-authority line names it, but libssh2 cannot use host certificates" : ""
        return refusal(
            key,
            "ssh_host_key_checking is strict and known_hosts has no key for "
                + knownHosts.name + authority,
            "If the key is the machine's (compare with ssh-keygen -lf on its console), put "
                + "\(key.fingerprint) in ssh_host_key_fingerprints, or its key in "
                + "ssh_known_hosts_file."
        )
    }

    private func shortType(_ key: HostKey) -> String {
        if key.type.hasPrefix("ecdsa-") { return "ecdsa" }
        return key.type.hasPrefix("ssh-") ? String(key.type.dropFirst(4)) : key.type
    }

    private func refusal(_ key: HostKey, _ expected: String, _ remedy: String?)
        -> CommunicatorError
    {
        CommunicatorError(
            .hostKeyRefused,
            operation: "connecting to",
            target: configuration.target,
            detail: "the server shows \(key.summary); \(expected)",
            remedy: remedy
        )
    }
}
