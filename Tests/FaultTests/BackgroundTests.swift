import Communicator
import Processes
import SSHCommunicator
import Processes
import TestSupport
import Testing

/// Row 29: a background child that holds the output of a command that has ended.
@Suite(.timeLimit(.minutes(3))) struct `A background child` {
    /// Runs a command on both communicators, with a grace of 2 s.
    private func results(
        _ text: String
    ) async throws -> [(result: RemoteCmd.Result<String>, time: Duration)] {
        let ssh = try await DockerServer().connect()
        let communicators: [any Communicator] = [LocalCommunicator(), ssh]
        var results: [(RemoteCmd.Result<String>, Duration)] = []
        for communicator in communicators {
            var command = RemoteCmd(text)
            command.outputGrace = .seconds(2)
            let start = ContinuousClock.now
            let result = try await communicator.run(command) { execution in
                var output: [UInt8] = []
                for try await case .standardOutput(let bytes) in execution.output {
                    output += bytes
                }
                return String(decoding: output, as: UTF8.self)
            }
            results.append((result, start.duration(to: .now)))
        }
        await ssh.close()
        return results
    }

    @Test(arguments: [0, 3] as [Int32])
    func `row 29: keeps its parent's command no longer than the grace`(code: Int32) async throws {
        for (result, time) in try await results("sleep 20 & echo begun; exit \(code)") {
            #expect(result.status == .exited(code))
            #expect(result.end.leavesOutputOpen)
            #expect(result.value == "begun\n")
            #expect(time >= .seconds(2) && time < .seconds(12))
        }
    }

    @Test func `row 29: is listened to while it writes within the grace`() async throws {
        let child = "(for i in 1 2; do sleep 0.5; echo $i; done; exec sleep 20) &"
        for (result, time) in try await results("\(child) exit 3") {
            #expect(result.status == .exited(3))
            #expect(result.value == "1\n2\n")
            #expect(result.end.leavesOutputOpen)
            #expect(time >= .seconds(2))
        }
    }

    @Test func `row 29: that lets go of the output ends the wait`() async throws {
        for (result, time) in try await results("(sleep 1; echo late) & exit 3") {
            #expect(result.status == .exited(3))
            #expect(result.value == "late\n")
            #expect(!result.end.leavesOutputOpen)
            #expect(time < .seconds(12))
        }
    }

    @Test(arguments: [0, 3])
    func `row 29: does not keep a build`(code: Int) async throws {
        try await row(
            29,
            fault: "a script leaves a child behind that holds its output, and exits with \(code)",
            promise: "ends 10 s after the script, with its code and a warning",
            bound: .seconds(15)
        ) { row in
            let fixture = try await BuildFixture()
            let ended = try await row.build(
                fixture,
                [row.script(["sleep 45 &", "echo it has begun", "exit \(code)"])],
                at: "it has begun"
            )
            row.expect(ended.time < .seconds(30), "ends before the child", "\(ended.time)")
            row.expect(ended.end == .exited(code == 0 ? 0 : 1), "the script's end", ended.said)
            row.expect(
                ended.said.lowercased().contains("output") && ended.said.contains("\(code)"),
                "a warning names the code",
                ended.said
            )
            try await fixture.remove()
        }
    }
}
