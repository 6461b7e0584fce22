import Dispatch

/// Runs blocking work on files, one piece after the other, off Swift's cooperative threads.
///
/// A blocked cooperative thread stops unrelated tasks; a blocked queue stops only its own work.
package struct FileQueue: Sendable {
    private let queue: DispatchQueue

    /// A queue of its own.
    package init() {
        self.queue = DispatchQueue(label: "local files")
    }

    /// Runs `work` after what was queued before it and gives its result.
    ///
    /// Cancellation does not reach into `work`; work that has not begun is still done, so that
    /// clean-up may be queued too.
    package func run<Value: Sendable>(
        _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(with: Result { try work() })
            }
        }
    }
}
