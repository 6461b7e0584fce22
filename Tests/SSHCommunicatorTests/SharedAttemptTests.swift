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
        // An immediate task waits already when it is made.
        let impatient = Task.immediate { try await attempt.value() }
        let patient = Task.immediate { try await attempt.value() }
        impatient.cancel()
        await #expect(throws: CancellationError.self) { try await impatient.value }
        open.yield(7)
        #expect(try await patient.value == 7)
        #expect(attempt.isOver)
        #expect(try await attempt.value() == 7)
    }

    @Test func `work that nobody waits for any more is cancelled`() async throws {
        let (ends, ended) = AsyncStream.makeStream(of: Bool.self)
        let attempt = SharedAttempt {
            try? await Task.sleep(for: .seconds(600))
            ended.yield(Task.isCancelled)
        }
        let waiting = Task.immediate { try await attempt.value() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(attempt.isOver)
        #expect(await ends.first { _ in true } == true)
        #expect(try await attempt.value() == nil)
    }
}
