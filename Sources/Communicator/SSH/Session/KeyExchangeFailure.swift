internal import Communicator

/// Says why two sides found no algorithms in common, and what can be done about it.
struct KeyExchangeFailure {
    private static let longestList = 24

    let ours: KeyExchangeProposal
    let server: KeyExchangeProposal
    /// The version of libssh2 that made our proposal.
    let libraryVersion: String

    /// The lists without anything in common; empty when the failure has another reason.
    var categories: [KeyExchangeProposal.Category] { ours.disagreements(with: server) }

    /// Both sides' lists of everything that has nothing in common.
    var detail: String {
        var said: Set<String> = []
        let parts = categories.compactMap { category -> String? in
            guard said.insert(category.name).inserted else { return nil }
            return "no \(category.name) in common: the server offers "
                + "\(Self.text(server.names(category))), libssh2 \(libraryVersion) offers "
                + Self.text(ours.names(category))
        }
        return parts.joined(separator: "; ")
    }

    /// What to change on the server, or else here.
    var remedy: String {
        let names = Set(categories.map(\.name))
        var steps: [String] = []
        if names.contains(KeyExchangeProposal.Category.keyExchange.name) {
            steps.append("let its KexAlgorithms include curve25519-sha256")
        }
        if names.contains(KeyExchangeProposal.Category.hostKey.name) {
            steps.append("give it an ed25519 host key (ssh-keygen -A) and a HostKey line for it")
        }
        if names.contains(KeyExchangeProposal.Category.cipherToServer.name) {
            steps.append("let its Ciphers include aes256-ctr")
        }
        if names.contains(KeyExchangeProposal.Category.macToServer.name) {
            steps.append("let its MACs include hmac-sha2-256")
        }
        return "In the server's sshd_config, \(steps.joined(separator: ", and "))"
            + "; or use libssh2 1.11 or newer on this side."
    }

    private static func text(_ names: [String]) -> String {
        guard !names.isEmpty else { return "nothing" }
        let more = names.count > longestList ? ", and \(names.count - longestList) more" : ""
        return names.prefix(longestList).joined(separator: ",") + more
    }
}
