public import Communicator

/// What a component says to the person who runs the build; Packer's Ui.
///
/// Calls from one task appear in their order. Text is shown with control characters made harmless;
/// secrets are taken out by the implementation.
public protocol UserInterface: Sendable {
    /// Says something new: what begins, or a line of a command's standard output.
    func say(_ text: String) async

    /// Says many lines at once, each as ``say(_:)`` does.
    func say(lines: [String]) async

    /// Says many lines at once, each as ``error(_:)`` does.
    func error(lines: [String]) async

    /// Says something more about what goes on.
    func message(_ text: String) async

    /// Says what went wrong, or a line of a command's standard error.
    func error(_ text: String) async

    /// Says something to machines only.
    func machine(_ type: String, _ data: [String]) async

    /// Asks the person a question and waits for the line that is typed; one question at a time.
    ///
    /// There may be nobody to ask; ``PrepareContext/canAsk`` tells before the build.
    ///
    /// - Parameters:
    ///   - question: Shown as it is, so end it with a colon and a space.
    ///   - isSecret: Whether the answer is not shown while it is typed, nor, if it has four
    ///     characters or more, in any output later.
    /// - Returns: The line without its end; may be empty.
    /// - Throws: ``NoAnswer`` when nobody can be asked or the person ended the input;
    ///   `CancellationError` when the task is cancelled, the terminal being as it was before.
    func ask(_ question: String, isSecret: Bool) async throws -> String

    /// Shows how far a transfer is; quick, never blocks, may drop reports.
    func report(_ progress: TransferProgress)
}

extension UserInterface {
    /// Says one after the other; an implementation may be quicker.
    public func say(lines: [String]) async {
        for line in lines { await say(line) }
    }

    /// Says one after the other; an implementation may be quicker.
    public func error(lines: [String]) async {
        for line in lines { await error(line) }
    }
}
