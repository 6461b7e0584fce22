internal import Logging

/// What a communicator has to say beside its results.
struct SSHNotes: Sendable {
    let log: Logger
    private let warning: @Sendable (String) -> Void

    init(
        log: Logger = Logger(label: "ssh"),
        warning: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.log = log
        self.warning = warning
    }

    /// Tells the user and the log.
    func warn(_ text: String) {
        log.warning("\(text)")
        warning(text)
    }
}
