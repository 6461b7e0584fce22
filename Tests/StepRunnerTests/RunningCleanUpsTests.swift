import Components
import StepRunner
import Testing

/// What a plugin whose host is gone waits for.
@Suite(.timeLimit(.minutes(1))) struct RunningCleanUpsTests {
    @Test func `nothing that is cleaned up needs one pause`() async throws {
        let pauses = Pauses()
        try await RunningCleanUps().settle { await pauses.pause() }
        #expect(await pauses.count == 1)
    }

    @Test func `a clean-up is waited for, and the pause follows it`() async throws {
        let cleanUps = RunningCleanUps()
        let pauses = Pauses()
        await cleanUps.begin()
        await cleanUps.begin()
        let settling = Task { try await cleanUps.settle { await pauses.pause() } }
        for _ in 0..<100 { await Task.yield() }
        #expect(await pauses.count == 0)
        await cleanUps.end()
        for _ in 0..<100 { await Task.yield() }
        #expect(await pauses.count == 0)
        await cleanUps.end()
        try await settling.value
        #expect(await pauses.count == 1)
    }

    @Test(arguments: [false, true])
    func `what begins in a pause makes another one necessary`(endsInside: Bool) async throws {
        let cleanUps = RunningCleanUps()
        let pauses = Pauses()
        try await cleanUps.settle {
            await pauses.pause()
            guard await pauses.count == 1 else { return }
            await cleanUps.begin()
            if endsInside { await cleanUps.end() } else { Task { await cleanUps.end() } }
        }
        #expect(await pauses.count == 2)
    }

    @Test func `the clean-up of a run is one of the process`() async throws {
        let cleanUps = RunningCleanUps.shared
        let pauses = Pauses()
        let (settled, settle) = AsyncStream<Void>.makeStream()
        let (going, go) = AsyncStream<Void>.makeStream()
        let step = CleaningStep {
            let waiting = Task {
                try await cleanUps.settle { await pauses.pause() }
                settle.finish()
            }
            for _ in 0..<100 { await Task.yield() }
            #expect(await pauses.count == 0)
            go.finish()
            _ = waiting
        }
        var state = 0
        try await StepRunner([step], ui: Person()).run(&state)
        for await _ in going {}
        for await _ in settled {}
        #expect(await pauses.count > 0)
    }
}

private actor Pauses {
    private(set) var count = 0
    func pause() { count += 1 }
}

private struct CleaningStep: Step {
    let work: @Sendable () async -> Void

    func run(_ state: inout Int, ui: any UserInterface) {}
    func cleanUp(
        _ state: inout Int,
        after outcome: StepOutcome,
        ui: any UserInterface
    ) async throws { await work() }
}
