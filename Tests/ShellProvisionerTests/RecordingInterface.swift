import Communicator
import Components

/// Remembers what a provisioner said.
actor RecordingInterface: UserInterface {
    enum Word: Sendable, Equatable {
        case say(String)
        case message(String)
        case error(String)
    }

    private(set) var words: [Word] = []
    private var listener: (@Sendable (Word) -> Void)?

    /// Everything that was said, without the kind.
    var texts: [String] {
        words.map {
            switch $0 {
            case .say(let text), .message(let text), .error(let text): text
            }
        }
    }

    func listen(_ listener: @escaping @Sendable (Word) -> Void) { self.listener = listener }

    func say(_ text: String) { add(.say(text)) }
    func message(_ text: String) { add(.message(text)) }
    func error(_ text: String) { add(.error(text)) }
    func machine(_ type: String, _ data: [String]) {}
    nonisolated func report(_ progress: TransferProgress) {}

    private func add(_ word: Word) {
        words.append(word)
        listener?(word)
    }
}
