/// Work that several tasks want the result of: done once for a key, and ended when nobody waits any more.
///
/// What it gave is kept, and so is a ``Refused`` that another try would not change. Any other failure is the
/// waiters' alone: who comes later has it done again.
actor SharedWork<Key: Hashable & Sendable, Value: Sendable> {
    private struct Work {
        let number: UInt64
        let task: Task<Void, Never>
        var waiters: [UInt64: CheckedContinuation<Value, any Error>] = [:]
    }

    private var results: [Key: Result<Value, any Error>] = [:]
    private var works: [Key: Work] = [:]
    /// Those that nobody waits for any more, until they have ended.
    private var abandoned: [UInt64: Task<Void, Never>] = [:]
    private var lastNumber: UInt64 = 0
    private var hasEnded = false
    private let discard: @Sendable (Value) async -> Void

    /// - Parameter discard: Gives up what work made although nobody wanted it any more.
    init(discard: @escaping @Sendable (Value) async -> Void = { _ in }) {
        self.discard = discard
    }

    /// The result of the work for a key.
    ///
    /// - Throws: What the work throws; `CancellationError` as soon as the caller is cancelled, and
    ///   after ``end()``.
    func value(
        for key: Key,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        if !hasEnded, let result = results[key] { return try result.get() }
        let number = nextNumber()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                guard !hasEnded, !Task.isCancelled else {
                    return waiter.resume(throwing: CancellationError())
                }
                if works[key] == nil { works[key] = begin(key, work) }
                works[key]?.waiters[number] = waiter
            }
        } onCancel: {
            Task { await self.leave(number, key) }
        }
    }

    private func begin(
        _ key: Key,
        _ work: @escaping @Sendable () async throws -> Value
    ) -> Work {
        let number = nextNumber()
        let task = Task {
            let result: Result<Value, any Error>
            do { result = .success(try await work()) } catch { result = .failure(error) }
            await self.finish(key, number, result)
        }
        return Work(number: number, task: task)
    }

    private func finish(_ key: Key, _ number: UInt64, _ result: Result<Value, any Error>) async {
        guard let work = works[key], work.number == number else {
            if case .success(let value) = result { await discard(value) }
            abandoned[number] = nil
            return
        }
        works[key] = nil
        switch result {
        case .success: results[key] = result
        case .failure(let error): if (error as? Refused)?.isFinal == true { results[key] = result }
        }
        for waiter in work.waiters.values { waiter.resume(with: result) }
    }

    private func leave(_ number: UInt64, _ key: Key) {
        guard let waiter = works[key]?.waiters.removeValue(forKey: number) else { return }
        waiter.resume(throwing: CancellationError())
        guard let work = works[key], work.waiters.isEmpty else { return }
        abandon(work, key)
    }

    private func abandon(_ work: Work, _ key: Key) {
        works[key] = nil
        abandoned[work.number] = work.task
        work.task.cancel()
    }

    /// Ends what is being done, and gives all that was; there is no more afterwards.
    func end() async -> [Value] {
        hasEnded = true
        for (key, work) in works {
            abandon(work, key)
            for waiter in work.waiters.values { waiter.resume(throwing: CancellationError()) }
        }
        for task in abandoned.values { await task.value }
        let values = results.values.compactMap { try? $0.get() }
        results = [:]
        return values
    }

    private func nextNumber() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }
}
