import Communicator
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(3))) struct `A hostile SSH server` {
    private func check(_ fault: HostileFault) async throws {
        let (verdict, detail, after) = try await fault.happen()
        print("@@", fault.name, "|", verdict, "|", detail, "|", after)
        #expect(fault.allowed.contains(verdict), "\(detail)")
        #expect(after < fault.limit)
    }

    @Test(arguments: HostileFault.greetings)
    func `row 2: that greets like no SSH server is told from one`(
        _ fault: HostileFault
    ) async throws {
        try await check(fault)
    }

    @Test(arguments: HostileFault.handshakes)
    func `row 19: that breaks the rules before a command brings no success`(
        _ fault: HostileFault
    ) async throws {
        try await check(fault)
    }

    @Test(arguments: HostileFault.sessions)
    func `row 19: that breaks the rules of a command is ignored or left, never believed`(
        _ fault: HostileFault
    ) async throws {
        try await check(fault)
    }
}
