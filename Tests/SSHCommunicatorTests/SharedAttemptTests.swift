import TestSupport
import Testing

@testable import SSHCommunicator

@Suite struct SharedAttemptTests {
    @Test func `a cancelled caller leaves at once and takes nobody along`() async throws {
        let (gate, open) = AsyncStream.makeStream(of: Int.self)
        let attempt = SharedAttempt {
            for await value in gate { return value }
            throw CancellationError()
        }
        let impatient = Task { try await attempt.value() }
        let patient = Task { try await attempt.value() }
        // Both may still be on their way in; the first to come keeps the work alive for the other.
        async let third = attempt.value()
        impatient.cancel()
        await #expect(throws: CancellationError.self) { try await impatient.value }
        open.yield(7)
        #expect(try await patient.value == 7)
        #expect(try await third == 7)
        #expect(attempt.isOver)
        #expect(try await attempt.value() == 7)
    }

    @Test func `work that nobody waits for any more is cancelled`() async throws {
        let (ends, ended) = AsyncStream.makeStream(of: Bool.self)
        let attempt = SharedAttempt {
            try? await Task.sleep(for: .seconds(600))
            ended.yield(Task.isCancelled)
        }
        let waiting = Task { try await attempt.value() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(attempt.isOver)
        #expect(await ends.first { _ in true } == true)
        await attempt.end()
    }
}
