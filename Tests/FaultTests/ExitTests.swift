import Communicator
import SSHCommunicator
import TestSupport
import Testing

/// Row 20: how a command ends is what is said of it.
@Suite(.timeLimit(.minutes(3))) struct `The end of a command` {
    /// What signals that end a process are called in SSH (RFC 4254 section 6.10), by their numbers.
    private static let names = [
        1: "HUP", 2: "INT", 3: "QUIT", 4: "ILL", 6: "ABRT", 8: "FPE", 9: "KILL", 10: "USR1",
        11: "SEGV", 12: "USR2", 13: "PIPE", 14: "ALRM", 15: "TERM",
    ]
    /// Those that have no name there: OpenSSH says that there was one.
    private static let nameless = [5, 7, 16, 24, 25, 26, 27, 29, 30, 31]
    /// Those that do not end a process.
    private static let harmless = [17, 18, 23, 28]
    /// bash waits for its child when it gets one of these, and goes on when the child did not.
    private static let survived = [2, 3]

    private func statuses(
        _ numbers: [Int],
        on communicator: any Communicator
    ) async throws -> [Int: RemoteCmd.ExitStatus] {
        var statuses: [Int: RemoteCmd.ExitStatus] = [:]
        for number in numbers {
            // A shell without a tail: what comes after is not run in its place.
            let command = RemoteCmd("sh -c 'kill -\(number) $$; exit 5'; exit $?")
            let inner = try await communicator.run(command) { _ in }.status
            let outer = try await communicator.run(RemoteCmd("kill -\(number) $$; exit 5")) { _ in }
            #expect(inner == .exited(Self.harmless.contains(number) ? 5 : 128 + Int32(number)))
            statuses[number] = outer.status
        }
        return statuses
    }

    @Test func `row 20: over SSH, all signals are told from exits and from each other`()
        async throws
    {
        let ssh = try await DockerServer().connect()
        let found = try await statuses(Self.names.keys + Self.nameless + Self.harmless, on: ssh)
        for (number, name) in Self.names where number != 14 {
            let isSurvived = Self.survived.contains(number) && found[number] == .exited(5)
            #expect(isSurvived || found[number] == .signaled(name), "signal \(number)")
        }
        // It is what the wrapper of commands ends by to tell one status; a failure still.
        #expect(![.exited(0), .disconnected, nil].contains(found[14]))
        for number in Self.nameless {
            guard case .signaled? = found[number] else {
                Issue.record("signal \(number) became \(String(describing: found[number]))")
                continue
            }
        }
        for number in Self.harmless { #expect(found[number] == .exited(5)) }
        await ssh.close()
    }

    @Test func `row 20: on this machine, all signals are told from exits and from each other`()
        async throws
    {
        let numbers = Self.names.keys + Self.nameless + Self.harmless
        let found = try await statuses(numbers, on: LocalCommunicator())
        for (number, name) in Self.names { #expect(found[number] == .signaled(name)) }
        var seen: Set<RemoteCmd.ExitStatus?> = []
        for number in Self.nameless {
            guard case .signaled? = found[number] else {
                Issue.record("signal \(number) became \(String(describing: found[number]))")
                continue
            }
            seen.insert(found[number])
        }
        #expect(seen.count == Self.nameless.count)
        for number in Self.harmless { #expect(found[number] == .exited(5)) }
    }

    @Test func `row 20: a command that stops itself ends with its deadline`() async throws {
        let ssh = try await DockerServer().connect()
        let communicators: [any Communicator] = [LocalCommunicator(), ssh]
        for communicator in communicators {
            let error = await #expect(throws: CommunicatorError.self) {
                let command = RemoteCmd(
                    "sh -c 'kill -STOP $$'; kill -STOP $$",
                    deadline: .milliseconds(500)
                )
                _ = try await communicator.run(command) { _ in }
            }
            #expect(error?.code == .deadlineExceeded)
        }
        await ssh.close()
    }

    @Test func `row 20: a build fails with the code of its script, also of a silent one`()
        async throws
    {
        try await row(
            20,
            fault: "a script exits with 7; another closes its outputs first and exits with 9",
            promise: "the build fails and names the code",
            bound: .seconds(5)
        ) { row in
            let fixture = try await BuildFixture()
            for (code, lines) in [(7, "exit 7"), (9, "exec >&- 2>&-; sleep 3; exit 9")] {
                let ended = try await row.build(fixture, [row.script([lines])])
                row.expect(ended.hasFailed, "ends with exit code 1", ended.said)
                row.expect(ended.said.contains("status: \(code)"), "names \(code)", ended.said)
            }
            try await fixture.remove()
        }
    }

    @Test func `row 20: a build fails by the signal that killed its script`() async throws {
        try await row(
            20,
            fault: "a script is killed by SIGKILL, another by SIGSEGV",
            promise: "the build fails and names the signal, or the code that a shell makes of it",
            bound: .seconds(5)
        ) { row in
            let fixture = try await BuildFixture()
            for name in ["KILL", "SEGV"] {
                let script = row.script(
                    ["kill -\(name) $$"],
                    more: ["execute_command": "exec {{.Path}}"]
                )
                let ended = try await row.build(fixture, [script])
                row.expect(ended.hasFailed, "ends with exit code 1", ended.said)
                let code = name == "KILL" ? "137" : "139"
                let isNamed = [name, code].contains(where: ended.said.contains)
                row.expect(isNamed, "names the signal, or a shell's code for it", ended.said)
            }
            try await fixture.remove()
        }
    }
}
