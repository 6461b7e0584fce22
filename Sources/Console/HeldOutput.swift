/// What was printed while a question waits for its answer.
struct HeldOutput {
    /// More than this is not held; whoever prints more waits for the answer too.
    private static let limit = 1 << 20

    /// Whether a question waits for its answer.
    private(set) var isHolding = false
    private var text = ""
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Whether whoever prints must wait.
    var isFull: Bool { isHolding && text.utf8.count >= Self.limit }

    /// A question is asked.
    mutating func begin() { isHolding = true }

    /// Notes who waits until there is room.
    mutating func add(_ continuation: CheckedContinuation<Void, Never>) {
        waiting.append(continuation)
    }

    /// Keeps the text if there is a question.
    mutating func takes(_ more: String) -> Bool {
        guard isHolding else { return false }
        text += more
        return true
    }

    /// The question is over: what was held, in its order, and nobody waits any more.
    mutating func end() -> String {
        for continuation in waiting { continuation.resume() }
        defer { self = HeldOutput() }
        return text
    }
}
