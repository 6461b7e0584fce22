import Communicator
import Components

/// Hears nothing.
struct QuietInterface: UserInterface {
    func say(_ text: String) async {}
    func message(_ text: String) async {}
    func error(_ text: String) async {}
    func machine(_ type: String, _ data: [String]) async {}
    func report(_ progress: TransferProgress) {}

    func ask(_ question: String, isSecret: Bool) async throws -> String {
        throw BenchError("a benchmark has nobody to ask")
    }
}
