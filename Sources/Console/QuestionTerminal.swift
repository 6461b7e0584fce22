/// Where a person can be asked something; a ``Screen`` asks one question at a time.
public protocol QuestionTerminal: Sendable {
    /// Shows the question and waits for a line.
    ///
    /// - Parameters:
    ///   - question: One line, shown as it is.
    ///   - isSecret: Whether what is typed stays invisible.
    /// - Returns: The line without its end.
    /// - Throws: `NoAnswer` when the input ends; `CancellationError` when the task is cancelled.
    ///   The terminal is as it was before in every case.
    func ask(_ question: String, isSecret: Bool) async throws -> String
}
