/// The calls of a component that go on, so that `Cancel` can end them.
///
/// A component that was cancelled stays so in Go; here the next call begins anew.
actor RunningCalls {
    private var cancels: [Int: @Sendable () -> Void] = [:]
    private var lastID = 0

    /// Does some work that ``cancel()`` cancels.
    func run<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        lastID += 1
        let id = lastID
        let task = Task { try await work() }
        cancels[id] = { task.cancel() }
        defer { cancels[id] = nil }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Cancels what runs.
    func cancel() {
        for cancel in cancels.values { cancel() }
    }
}
