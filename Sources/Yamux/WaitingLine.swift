/// Tasks that wait for the same event, in the order in which they began.
struct WaitingLine {
    /// One call; it keeps its place when it has to wait again.
    typealias Ticket = UInt64

    private var waiting: [(ticket: Ticket, continuation: CheckedContinuation<Void, Never>)] = []

    var count: Int { waiting.count }
    var isEmpty: Bool { waiting.isEmpty }

    mutating func add(_ ticket: Ticket, _ continuation: CheckedContinuation<Void, Never>) {
        let place = waiting.lastIndex { $0.ticket < ticket }.map { $0 + 1 } ?? 0
        waiting.insert((ticket, continuation), at: place)
    }

    mutating func wakeFirst() {
        guard !waiting.isEmpty else { return }
        waiting.removeFirst().continuation.resume()
    }

    mutating func wake(_ ticket: Ticket) {
        guard let place = waiting.firstIndex(where: { $0.ticket == ticket }) else { return }
        waiting.remove(at: place).continuation.resume()
    }

    mutating func wakeAll() {
        for (_, continuation) in waiting { continuation.resume() }
        waiting = []
    }
}
