/// A question to which no answer came.
public struct NoAnswer: Error, Sendable, Equatable, CustomStringConvertible {
    /// The question, without blanks at its end.
    public let question: String
    /// Why there is no answer.
    public let reason: String

    /// A question, and why it has no answer.
    public init(_ question: String, reason: String) {
        var question = question
        while question.last == " " { question.removeLast() }
        self.question = question
        self.reason = reason
    }

    /// What was asked, and why there is no answer.
    public var description: String { "no answer to \"\(question)\": \(reason)" }
}
