/// Who must have signed a plugin's checksum before it may run.
package struct SignaturePolicy: Sendable, Hashable {
    /// When a signature is asked for.
    package enum Demand: Sendable, Hashable {
        /// Never.
        case never
        /// Where there is one, it must be of a known key.
        case wherePresent
        /// Always.
        case always
    }

    /// When a signature is asked for.
    package var demand: Demand
    /// A file of `ssh-keygen`'s allowed signers (ssh-keygen(1)), or `nil`.
    package var allowedSigners: String?
    /// A keyring of GnuPG's, or `nil`.
    package var keyring: String?

    /// Asks for nothing unless it is told to.
    package init(
        _ demand: Demand = .never,
        allowedSigners: String? = nil,
        keyring: String? = nil
    ) {
        self.demand = demand
        self.allowedSigners = allowedSigners
        self.keyring = keyring
    }
}
