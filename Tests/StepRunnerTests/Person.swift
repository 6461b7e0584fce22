import Communicator
import Components

/// Whom the steps of a test speak to: remembers everything in order, and answers what it was told.
actor Person: UserInterface {
    private(set) var heard: [String] = []
    private var answers: [String]
    private var listener: (@Sendable (String) async -> Void)?

    init(answers: [String] = []) { self.answers = answers }

    /// Calls `listener` with each question before it is answered.
    func whenAsked(_ listener: @escaping @Sendable (String) async -> Void) {
        self.listener = listener
    }

    func say(_ text: String) { heard.append("say: \(text)") }
    func message(_ text: String) { heard.append(text) }
    func error(_ text: String) { heard.append("error: \(text)") }
    func machine(_ type: String, _ data: [String]) {}

    func ask(_ question: String, isSecret: Bool) async throws -> String {
        heard.append("ask: \(question)")
        await listener?(question)
        try Task.checkCancellation()
        if question.hasPrefix("Pausing") { return "" }
        guard !answers.isEmpty else { throw NoAnswer(question, reason: "there is no terminal") }
        return answers.removeFirst()
    }

    nonisolated func report(_ progress: TransferProgress) {}
}
