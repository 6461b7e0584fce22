import Processes
import TestSupport
import Testing

@testable import PluginHost

/// Work whose result several tasks want.
@Suite(.timeLimit(.minutes(1))) struct SharedWorkTests {
    private struct Broken: Error {}

    /// A door that work waits at.
    private actor Door {
        private(set) var comers = 0
        private(set) var hasSeenCancellation = false
        private var waiters: [CheckedContinuation<Void, Never>] = []
        private var isOpen = false

        func pass() async {
            comers += 1
            if !isOpen { await withCheckedContinuation { waiters.append($0) } }
            if Task.isCancelled { hasSeenCancellation = true }
        }

        func open() {
            isOpen = true
            for waiter in waiters { waiter.resume() }
            waiters = []
        }
    }

    private let discarded = LockedValue<[Int]>([])
    private let work: SharedWork<String, Int>
    private let door = Door()

    init() {
        work = SharedWork { [discarded] value in discarded.withLock { $0.append(value) } }
    }

    private func ask() -> Task<Int, any Error> {
        Task {
            try await work.value(for: "k") { [door] in
                await door.pass()
                return 7
            }
        }
    }

    @Test func `is done once for all who ask`() async throws {
        let tasks = (0..<5).map { _ in ask() }
        try await eventually("its beginning") { await door.comers == 1 }
        await door.open()
        for task in tasks { #expect(try await task.value == 7) }
        #expect(try await ask().value == 7)
        #expect(await door.comers == 1)
    }

    @Test func `goes on when one of two is cancelled, who waits no longer`() async throws {
        let (first, second) = (ask(), ask())
        try await eventually("its beginning") { await door.comers == 1 }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        await door.open()
        #expect(try await second.value == 7)
        #expect(await !door.hasSeenCancellation)
    }

    @Test func `ends when nobody waits, and is done anew for the next`() async throws {
        let task = ask()
        try await eventually("its beginning") { await door.comers == 1 }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await door.open()
        #expect(try await ask().value == 7)
        #expect(await door.comers == 2)
        #expect(await door.hasSeenCancellation)
        try await eventually("its discard") { discarded.withLock { $0 } == [7] }
    }

    @Test func `that failed is done anew, but for a refusal`() async throws {
        await #expect(throws: Broken.self) { try await work.value(for: "k") { throw Broken() } }
        await #expect(throws: Refused.self) {
            try await work.value(for: "k") {
                throw Refused("p", "not now", remedy: "wait", isFinal: false)
            }
        }
        await #expect(throws: Refused.self) {
            try await work.value(for: "k") { throw Refused("p", "no", remedy: "none") }
        }
        await #expect(throws: Refused.self) { try await work.value(for: "k") { 1 } }
        #expect(try await work.value(for: "other") { 2 } == 2)
    }

    @Test func `has an end, which waits for what is being done`() async throws {
        #expect(try await work.value(for: "done") { 1 } == 1)
        let task = ask()
        try await eventually("its beginning") { await door.comers == 1 }
        let end = Task { await work.end() }
        await #expect(throws: CancellationError.self) { try await task.value }
        await door.open()
        #expect(await end.value == [1])
        #expect(discarded.withLock { $0 } == [7])
        #expect(await door.hasSeenCancellation)
        await #expect(throws: CancellationError.self) { try await ask().value }
    }
}
