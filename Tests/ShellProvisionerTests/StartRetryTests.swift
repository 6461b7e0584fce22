import Communicator
import TestSupport
import Testing

@testable import ShellProvisioner

struct StartRetryTests {
    private static func failure(_ code: CommunicatorError.Code) -> CommunicatorError {
        CommunicatorError(code, operation: "uploading", target: "/t", detail: "no luck")
    }

    @Test(
        arguments: [
            CommunicatorError.Code.disconnected, .connectionFailed, .connectionTimedOut,
            .channelRefused,
        ]
    )
    func `tries again while the machine cannot be reached`(code: CommunicatorError.Code)
        async throws
    {
        let clock = TestClock()
        let ui = RecordingInterface()
        var tries = 0
        let value = try await StartRetry(budget: .seconds(300), clock: clock)
            .run("Cannot start", ui: ui) {
                tries += 1
                if tries < 8 { throw Self.failure(code) }
                return tries
            }
        #expect(value == 8)
        #expect(await ui.words.count == 7)
        for (sleep, limit) in zip(clock.sleeps, [1, 2, 4, 8, 10, 10, 10]) {
            #expect(sleep <= .seconds(limit) && sleep >= .seconds(limit) / 2)
        }
    }

    @Test(
        arguments: CommunicatorError.Code.all.filter { code in
            ![.disconnected, .connectionFailed, .connectionTimedOut, .channelRefused]
                .contains(code)
        }
    )
    func `fails at once when trying again would not help`(code: CommunicatorError.Code) async {
        let clock = TestClock()
        var tries = 0
        await #expect(throws: CommunicatorError.self) {
            try await StartRetry(budget: .seconds(300), clock: clock)
                .run("Cannot start", ui: RecordingInterface()) {
                    tries += 1
                    throw Self.failure(code)
                }
        }
        #expect(tries == 1)
        #expect(clock.sleeps.isEmpty)
    }

    @Test func `gives up with the last cause when the budget is used up`() async {
        let clock = TestClock()
        var tries = 0
        let error = await #expect(throws: CommunicatorError.self) {
            try await StartRetry(budget: .seconds(7), clock: clock)
                .run("Cannot start", ui: RecordingInterface()) {
                    tries += 1
                    var failure = Self.failure(.connectionFailed)
                    failure.detail = "try \(tries)"
                    throw failure
                }
        }
        #expect(error?.detail == "try \(tries)")
        #expect(clock.sleeps.reduce(.zero, +) == .seconds(7))
    }
}
