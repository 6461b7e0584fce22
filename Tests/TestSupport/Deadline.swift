/// A wait of a test that came to no end.
package struct DeadlinePassed: Error, CustomStringConvertible {
    /// What was waited for.
    package var event: String
    /// How long.
    package var limit: Duration

    /// What was waited for, and how long.
    package var description: String { "\(event) did not happen within \(limit)" }
}

/// The value of `body`, which is cancelled when it takes longer than `limit`.
package func within<Value: Sendable>(
    _ limit: Duration,
    _ event: String,
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw DeadlinePassed(event: event, limit: limit)
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}

/// Asks again and again until the answer is yes; for what nothing tells about, such as the
/// processes of another machine.
package func eventually(
    _ event: String,
    within limit: Duration = .seconds(15),
    _ holds: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !holds() {
        guard ContinuousClock.now < deadline else {
            throw DeadlinePassed(event: event, limit: limit)
        }
        try await Task.sleep(for: .milliseconds(50))
    }
}
