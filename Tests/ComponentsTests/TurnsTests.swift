import Testing

@testable import Components

struct TurnsTests {
    @Test func `lets one task at a time work, and all of them in the end`() async throws {
        let turns = Turns()
        let count = Count()
        try await withThrowingTaskGroup { group in
            for _ in 0..<50 {
                group.addTask {
                    try await turns.run {
                        await count.enter()
                        await Task.yield()
                        await count.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(await count.most == 1)
        #expect(await count.sum == 50)
    }

    @Test func `a task that is cancelled while it waits makes room for the next`() async throws {
        let turns = Turns()
        let (starts, start) = AsyncStream.makeStream(of: Void.self)
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let first = Task {
            try await turns.run {
                start.finish()
                for await _ in ends {}
            }
        }
        for await _ in starts {}
        let second = Task { try await turns.run { Issue.record("its turn came") } }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        let third = Task { try await turns.run { 3 } }
        end.finish()
        try await first.value
        #expect(try await third.value == 3)
    }

    @Test func `what one throws does not keep the others from their turn`() async throws {
        struct Failure: Error {}
        let turns = Turns()
        await #expect(throws: Failure.self) { try await turns.run { throw Failure() } }
        #expect(try await turns.run { 1 } == 1)
    }

    @Test func `a run shares one value of each type among its components`() {
        let run = RunScope()
        #expect(run.value { 1 } == 1)
        #expect(run.value { 2 } == 1)
        #expect(run.value { "text" } == "text")
        #expect(RunScope().value { 2 } == 2)
    }
}

/// Counts who works at once, and who has worked.
private actor Count {
    private var now = 0
    private(set) var most = 0
    private(set) var sum = 0

    func enter() {
        now += 1
        most = max(most, now)
    }

    func leave() {
        now -= 1
        sum += 1
    }
}
