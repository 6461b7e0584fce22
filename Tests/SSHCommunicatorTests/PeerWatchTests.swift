import Testing

@testable import SSHCommunicator

@Suite struct PeerWatchTests {
    private let start = ContinuousClock.now

    private func watch(_ interval: Duration? = .seconds(5), limit: Duration? = nil) -> PeerWatch {
        PeerWatch(PeerWatch.Rule(interval: interval, silenceLimit: limit), now: start)
    }

    private func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    private func isDead(_ step: PeerWatch.Step) -> Bool {
        if case .giveUp = step { true } else { false }
    }

    @Test func `a silent peer is asked after the interval and dead 15 s later`() {
        var watch = watch()
        #expect(watch.step(at: at(4)) == .wait)
        #expect(watch.step(at: at(5)) == .ask)
        watch.didAsk(at: at(5))
        #expect(watch.step(at: at(19)) == .wait)
        #expect(
            watch.step(at: at(20)) == .giveUp("the server has sent nothing for 20 s")
        )
    }

    @Test func `any byte is a sign of life and ends the question`() {
        var watch = watch()
        watch.didAsk(at: at(5))
        watch.heard(at: at(19))
        #expect(watch.step(at: at(23)) == .wait)
        #expect(watch.step(at: at(24)) == .ask)
    }

    @Test func `without an interval nobody is asked and nobody is dead`() {
        let watch = watch(nil)
        #expect(watch.step(at: at(100_000)) == .wait)
        #expect(watch.nextStep(after: at(0)) == nil)
    }

    @Test func `a limit for silence is kept whatever was asked, and the question comes in time`() {
        var watch = watch(limit: .seconds(4))
        #expect(watch.step(at: at(2)) == .ask)
        watch.didAsk(at: at(2))
        #expect(watch.step(at: at(3)) == .wait)
        #expect(isDead(watch.step(at: at(4))))
    }

    @Test func `a limit for silence holds without questions too`() {
        let watch = watch(nil, limit: .seconds(4))
        #expect(watch.step(at: at(3)) == .wait)
        #expect(isDead(watch.step(at: at(4))))
    }

    @Test func `the time in which this process was stopped counts for nothing`() {
        var watch = watch()
        watch.didAsk(at: at(5))
        watch.excuse(.seconds(60))
        #expect(watch.step(at: at(66)) == .wait)
        #expect(isDead(watch.step(at: at(80))))
    }

    @Test func `the next step is when it says`() {
        var watch = watch()
        #expect(watch.nextStep(after: at(0)) == at(5))
        watch.didAsk(at: at(5))
        #expect(watch.nextStep(after: at(6)) == at(20))
    }
}
