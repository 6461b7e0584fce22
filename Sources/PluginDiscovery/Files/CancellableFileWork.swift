internal import Communicator
internal import Synchronization

/// Blocking work on files that looks from time to time whether it is still wanted.
package enum CancellableFileWork {
    /// Runs `work` off the cooperative threads.
    ///
    /// - Parameter work: Gets a function that throws once the task is cancelled; to be called between
    ///   steps that are short.
    /// - Returns: What `work` returns.
    /// - Throws: What `work` throws; `CancellationError`.
    package static func run<Value: Sendable>(
        _ work: @escaping @Sendable (_ checkCancellation: () throws -> Void) throws -> Value
    ) async throws -> Value {
        let isCancelled = Flag()
        return try await withTaskCancellationHandler {
            try await FileQueue().run {
                try work {
                    guard !isCancelled.value.load(ordering: .relaxed) else {
                        throw CancellationError()
                    }
                }
            }
        } onCancel: {
            isCancelled.value.store(true, ordering: .relaxed)
        }
    }

    private final class Flag: Sendable {
        let value = Atomic(false)
    }
}
