import Deadlines
import Testing

@Suite struct DeadlineTests {
    private struct Late: Error {}

    @Test func `work that ends in time gives its value`() async throws {
        let value = try await withDeadline(.seconds(60), throwing: Late()) { 7 }
        #expect(value == 7)
    }

    @Test func `work that takes longer is cancelled and the given error thrown`() async {
        await #expect(throws: Late.self) {
            try await withDeadline(.milliseconds(20), throwing: Late()) {
                try await Task.sleep(for: .seconds(3_600))
            }
        }
    }

    @Test func `a cancelled caller gets the cancellation, not the deadline`() async {
        let caller = Task {
            try await withDeadline(.seconds(3_600), throwing: Late()) {
                try await Task.sleep(for: .seconds(3_600))
            }
        }
        caller.cancel()
        await #expect(throws: CancellationError.self) { try await caller.value }
    }

    @Test(arguments: [
        (elapsed: Duration.seconds(1), absence: Duration.zero),
        (elapsed: .milliseconds(1_900), absence: .zero),
        (elapsed: .seconds(26), absence: .seconds(25)),
    ])
    func `a nap of 1 s is late or an absence`(elapsed: Duration, absence: Duration) {
        #expect(AwakeTime.absence(in: elapsed, of: .seconds(1)) == absence)
    }
}
