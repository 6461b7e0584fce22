@testable import NullBuilder
import Communicator
import SSHCommunicator
import Testing

struct SSHWaitingLinesTests {
    @Test func `says the reason and the time at once, then every 30 seconds`() {
        var lines = SSHWaitingLines()
        var told: [Int: String] = [:]
        for second in 0..<100 {
            told[second] = lines.line(for: waiting(second, limit: .seconds(300)))
        }
        #expect(told.keys.sorted() == [0, 30, 60, 90])
        #expect(
            told[90] == "Not yet, after 1m30s of 5m0s: connecting to u@h:22: Connection refused"
        )
    }

    @Test func `says when there is no limit`() {
        var lines = SSHWaitingLines()
        #expect(
            lines.line(for: waiting(2, limit: nil))?.contains("after 2s without a limit") == true
        )
    }

    private func waiting(_ second: Int, limit: Duration?) -> SSHWaiting {
        SSHWaiting(
            elapsed: .seconds(second),
            limit: limit,
            reason: CommunicatorError(
                .connectionFailed,
                operation: "connecting to",
                target: "u@h:22",
                detail: "Connection refused"
            )
        )
    }
}
