import Build
import Components
import Console
import Synchronization
import Testing

struct PreparedProvisionerTests {
    private let output = TestScreen()

    @Test func `tries again as often as max_retries says and reports the last error`() async throws
    {
        let attempts = Mutex(0)
        let outcome = await run(maxRetries: 2) { _ in
            let attempt = attempts.withLock { attempts in
                attempts += 1
                return attempts
            }
            throw FakeFailure(description: "exit \"\(attempt)\"")
        }
        #expect(attempts.withLock { $0 } == 3)
        #expect("\(try error(outcome))" == "exit \"3\"")
        #expect(
            output.lines.prefix(4) == [
                #"==> b: Provisioner failed with "exit \"1\"", retrying with 2 trie(s) left"#,
                #"==> b: Provisioner failed with "exit \"2\"", retrying with 1 trie(s) left"#,
                "==> b: retry limit reached.",
                "Build 'b' errored after TIME: exit \"3\"",
            ]
        )
    }

    @Test func `stops trying once an attempt succeeds`() async {
        let attempts = Mutex(0)
        let outcome = await run(maxRetries: 5) { _ in
            let attempt = attempts.withLock { attempts in
                attempts += 1
                return attempts
            }
            if attempt < 2 { throw FakeFailure(description: "once") }
        }
        guard case .finished = outcome else {
            Issue.record("it did not finish")
            return
        }
        #expect(attempts.withLock { $0 } == 2)
    }

    @Test func `ends a provisioner at its timeout after it has cleaned up`() async throws {
        let cleaned = Mutex(false)
        let outcome = await run(timeout: .milliseconds(50)) { _ in
            do {
                try await Task.sleep(for: .seconds(600))
            } catch {
                cleaned.withLock { $0 = true }
                throw error
            }
        }
        #expect(cleaned.withLock { $0 })
        let failure = try #require(try error(outcome) as? BuildError)
        #expect(failure.code == .provisionerTimedOut)
        #expect(failure.description.contains("timeout of 50ms"))
        #expect(failure.description.contains("Raise `timeout`"))
        #expect(output.lines[0] == "==> b: Setting a 50ms timeout for the next provisioner...")
        #expect(output.lines[1] == "==> b: Cancelling provisioner after a timeout...")
    }

    @Test func `honours a timeout beside a pause, which does not count`() async throws {
        let begin = ContinuousClock.now
        let outcome = await run(pauseBefore: .milliseconds(300), timeout: .milliseconds(100)) { _ in
            try await Task.sleep(for: .seconds(600))
        }
        #expect(ContinuousClock.now - begin >= .milliseconds(400))
        #expect((try error(outcome) as? BuildError)?.code == .provisionerTimedOut)
        #expect(output.lines[0] == "==> b: Pausing 300ms before the next provisioner...")
    }

    @Test func `gives each attempt the whole timeout`() async throws {
        let attempts = Mutex(0)
        _ = await run(timeout: .milliseconds(30), maxRetries: 1) { _ in
            attempts.withLock { $0 += 1 }
            try await Task.sleep(for: .seconds(600))
        }
        #expect(attempts.withLock { $0 } == 2)
    }

    @Test func `a pause is cancelled with the build`() async {
        let build = planned(pauseBefore: .seconds(600)) { _ in }
        let run = BuildRun([build], on: output.screen())
        let task = Task { await run.run() }
        await output.wait(for: "Pausing")
        task.cancel()
        let results = await task.value
        guard case .cancelled = results[0].outcome else {
            Issue.record("it was not cancelled")
            return
        }
    }

    private func planned(
        pauseBefore: Duration = .zero,
        timeout: Duration? = nil,
        maxRetries: Int = 0,
        _ work: @escaping @Sendable (any UserInterface) async throws -> Void
    ) -> PreparedBuild {
        let provisioner = PreparedProvisioner(
            type: "fake",
            provisioner: FakeProvisioner(work: work),
            pauseBefore: pauseBefore,
            timeout: timeout,
            maxRetries: maxRetries
        )
        return PreparedBuild(name: "b", builder: FakeBuilder(), provisioners: [provisioner])
    }

    private func run(
        pauseBefore: Duration = .zero,
        timeout: Duration? = nil,
        maxRetries: Int = 0,
        _ work: @escaping @Sendable (any UserInterface) async throws -> Void
    ) async -> BuildRun.Outcome {
        let build = planned(
            pauseBefore: pauseBefore,
            timeout: timeout,
            maxRetries: maxRetries,
            work
        )
        return await BuildRun([build], on: output.screen()).run()[0].outcome
    }

    private func error(_ outcome: BuildRun.Outcome) throws -> any Error {
        guard case .failed(let error) = outcome else {
            throw FakeFailure(description: "the build did not fail but \(outcome)")
        }
        return error
    }
}
