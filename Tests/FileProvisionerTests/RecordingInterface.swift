import Communicator
import Components
import Synchronization

/// Remembers what a provisioner said and which files it reported as done.
final class RecordingInterface: UserInterface {
    private let said = Mutex<[String]>([])
    private let done = Mutex<[String]>([])

    /// What was said, errors with a mark before them.
    var words: [String] { said.withLock { $0 } }

    /// The paths whose transfer was reported as finished.
    var finished: [String] { done.withLock { $0 } }

    func say(_ text: String) async { said.withLock { $0.append(text) } }
    func message(_ text: String) async { said.withLock { $0.append(text) } }
    func error(_ text: String) async { said.withLock { $0.append("error: \(text)") } }
    func machine(_ type: String, _ data: [String]) async {}

    func report(_ progress: TransferProgress) {
        guard progress.isFinished else { return }
        done.withLock { $0.append(progress.path) }
    }
}
