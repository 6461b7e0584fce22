internal import Communicator

/// Why a private key cannot be read, as a clause that follows the file's name.
struct KeyFileError: Error, Equatable {
    /// What was found.
    let detail: String
    /// What to do about it; `nil` when the code's own remedy is good.
    let remedy: String?

    init(_ detail: String, remedy: String? = nil) {
        self.detail = detail
        self.remedy = remedy
    }

    /// The error for whoever named the file.
    func inFile(_ name: String) -> CommunicatorError {
        CommunicatorError(
            .invalidConfiguration,
            operation: "reading the private key",
            target: name,
            detail: detail,
            remedy: remedy ?? "Name a private key that ssh can use, or make a new one."
        )
    }

    /// The data ends in the middle.
    static let truncated = KeyFileError("it is cut off, or its lengths are wrong")
    /// It is locked and nothing was given to unlock it.
    static let locked = KeyFileError(
        "it is locked with a passphrase",
        remedy: "Give the passphrase in ssh_private_key_passphrase."
    )
    /// What was given does not unlock it.
    static let wrongPassphrase = KeyFileError(
        "the passphrase does not unlock it",
        remedy: "Correct ssh_private_key_passphrase."
    )
}
