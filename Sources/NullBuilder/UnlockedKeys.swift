import Communicator
import Components
import SSHCommunicator
import Processes

/// The private keys of one run that a person was asked to unlock: each is asked for once, however
/// many builds log in with it, and whichever of them comes first.
final class UnlockedKeys: Sendable {
    /// How many passphrases are tried.
    private static let tries = 3

    private typealias Outcome = (key: SSHLockedPrivateKey, result: Result<SSHPrivateKey, any Error>)

    private let turns = Turns()
    private let outcomes = LockedValue<[Outcome]>([])

    /// The key, unlocked; asks for its passphrase unless that was done before.
    ///
    /// - Throws: `CommunicatorError` when no passphrase was right, for every build the same; what
    ///   `ask` throws.
    func unlock(
        _ key: SSHLockedPrivateKey,
        calledWhenAsking name: String,
        ui: any UserInterface
    ) async throws -> SSHPrivateKey {
        try await turns.run {
            if let known = outcomes.withLock({ $0.first { $0.key.isSameKey(as: key) } }) {
                return try known.result.get()
            }
            let result: Result<SSHPrivateKey, any Error>
            do {
                result = .success(try await ask(for: key, name, ui))
            } catch {
                // One build that is cancelled is no answer for the others.
                try Task.checkCancellation()
                result = .failure(error)
            }
            outcomes.withLock { $0.append((key, result)) }
            return try result.get()
        }
    }

    private func ask(
        for key: SSHLockedPrivateKey,
        _ name: String,
        _ ui: any UserInterface
    ) async throws -> SSHPrivateKey {
        for attempt in 1...Self.tries {
            let passphrase = try await ui.ask("Passphrase for \(name): ", isSecret: true)
            if let unlocked = try await key.unlocked(with: passphrase) { return unlocked }
            guard attempt < Self.tries else { break }
            await ui.error("That passphrase does not unlock \(name).")
        }
        throw CommunicatorError(
            .invalidConfiguration,
            operation: "unlocking the private key",
            target: name,
            detail: "none of \(Self.tries) passphrases is right",
            remedy: "Start again with the right one, or set ssh_private_key_passphrase."
        )
    }
}
