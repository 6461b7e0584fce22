package import Communicator
import Components
import Synchronization

/// Remembers what a component said, and which transfers it reported as finished.
package actor RecordingInterface: UserInterface {
    /// Something that was said.
    package enum Word: Sendable, Equatable {
        case say(String)
        case message(String)
        case error(String)
    }

    /// Everything that was said, in order.
    package private(set) var words: [Word] = []
    private var listener: (@Sendable (Word) -> Void)?
    private let done = Mutex<[String]>([])

    /// An interface to which nothing was said.
    package init() {}

    /// Everything that was said, without the kind.
    package var texts: [String] {
        words.map {
            switch $0 {
            case .say(let text), .message(let text), .error(let text): text
            }
        }
    }

    /// The paths whose transfer was reported as finished.
    package nonisolated var finished: [String] { done.withLock { $0 } }

    /// Tells `listener` of every word from now on.
    package func listen(_ listener: @escaping @Sendable (Word) -> Void) {
        self.listener = listener
    }

    package func say(_ text: String) { add(.say(text)) }
    package func message(_ text: String) { add(.message(text)) }
    package func error(_ text: String) { add(.error(text)) }
    package func machine(_ type: String, _ data: [String]) {}

    package func ask(_ question: String, isSecret: Bool) throws -> String {
        throw NoAnswer(question, reason: "a test has nobody to ask")
    }

    package nonisolated func report(_ progress: TransferProgress) {
        guard progress.isFinished else { return }
        done.withLock { $0.append(progress.path) }
    }

    private func add(_ word: Word) {
        words.append(word)
        listener?(word)
    }
}
