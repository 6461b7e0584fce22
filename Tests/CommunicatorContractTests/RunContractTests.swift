import Communicator
import Testing

@Suite(.timeLimit(.minutes(5))) struct `Running a command` {
    struct BodyFailure: Error {}

    @Test(arguments: ContractSubject.runners)
    func `gives both outputs apart, byte by byte`(_ subject: ContractSubject) async throws {
        try await subject.withFarSide { far async throws in
            let outcome = try await far.outcome(
                of: RemoteCmd("printf 'a\\0\\377\\r\\n'; printf 'b\\001' >&2; exit 3")
            )
            #expect(outcome.status == .exited(3))
            #expect(outcome.output == [0x61, 0x00, 0xFF, 0x0D, 0x0A])
            #expect(outcome.error == [0x62, 0x01])
        }
    }

    @Test(arguments: ContractSubject.runners)
    func `gives exact exit codes`(_ subject: ContractSubject) async throws {
        try await subject.withFarSide { far async throws in
            for code in [0, 1, 2, 63, 126, 127, 128, 137, 254, 255] as [Int32] {
                #expect(
                    try await far.outcome(of: RemoteCmd("exit \(code)")).status == .exited(code)
                )
            }
            let silent = RemoteCmd("exec >&- 2>&-; sleep 0.2; exit 9")
            #expect(try await far.outcome(of: silent).status == .exited(9))
        }
    }

    @Test(arguments: ContractSubject.runners)
    func `names the signal that killed it`(_ subject: ContractSubject) async throws {
        try await subject.withFarSide { far async throws in
            for name in ["KILL", "TERM", "HUP", "USR1"] {
                let outcome = try await far.outcome(of: RemoteCmd("kill -\(name) $$; sleep 60"))
                #expect(outcome.status == .signaled(name))
            }
        }
    }

    @Test(arguments: ContractSubject.runners)
    func `takes text that is not UTF-8 or begins with a dash`(
        _ subject: ContractSubject
    ) async throws {
        try await subject.withFarSide { far async throws in
            let bytes = RemoteCmd(bytes: Array("printf '%s' '".utf8) + [0xFE, 0x0A, 0x27])
            #expect(try await far.outcome(of: bytes).output == [0xFE, 0x0A])
            // The shell looks for a command of this name.
            #expect(try await far.outcome(of: RemoteCmd("-x")).status == .exited(127))
        }
    }

    @Test(arguments: ContractSubject.runners)
    func `reads the end at once where there is no input`(_ subject: ContractSubject) async throws {
        try await subject.withFarSide { far async throws in
            let outcome = try await far.outcome(of: RemoteCmd("cat; echo end"))
            #expect(outcome.text == "end\n")
        }
    }

    @Test(arguments: ContractSubject.runners)
    func `feeds it bytes, and does not mind when they are not read`(
        _ subject: ContractSubject
    ) async throws {
        try await subject.withFarSide { far async throws in
            let bytes = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let echoed = try await far.outcome(of: RemoteCmd("cat", standardInput: .bytes(bytes)))
            #expect(echoed.output == bytes)
            let ignored = RemoteCmd("exit 5", standardInput: .bytes(bytes))
            #expect(try await far.outcome(of: ignored).status == .exited(5))
        }
    }

    @Test(arguments: ContractSubject.runners)
    func `lets the body talk with it`(_ subject: ContractSubject) async throws {
        try await subject.withFarSide { far async throws in
            let command = RemoteCmd(
                "while read line; do echo \"<$line>\"; done; echo over",
                standardInput: .body
            )
            let result = try await far.communicator.run(command) { execution in
                var output = execution.output.makeAsyncIterator()
                var answers: [RemoteCmd.OutputChunk?] = []
                for word in ["one", "two"] {
                    try await execution.write(Array("\(word)\n".utf8))
                    answers.append(try await output.next())
                }
                try await execution.finishInput()
                answers.append(try await output.next())
                answers.append(try await output.next())
                return answers
            }
            let expected = ["<one>\n", "<two>\n", "over\n"].map {
                RemoteCmd.OutputChunk.standardOutput(Array($0.utf8))
            }
            #expect(result.value == expected + [nil])
            #expect(result.status == .exited(0))
        }
    }

    @Test(arguments: ContractSubject.runners)
    func `ends the input when the body returns`(_ subject: ContractSubject) async throws {
        try await subject.withFarSide { far async throws in
            let command = RemoteCmd("cat >/dev/null; exit 6", standardInput: .body)
            let result = try await far.communicator.run(command) { _ in "value" }
            #expect(result.status == .exited(6))
            #expect(result.value == "value")
        }
    }

    @Test(arguments: ContractSubject.runners)
    func `drops the output that the body leaves unread`(_ subject: ContractSubject) async throws {
        try await subject.withFarSide { far async throws in
            let command = RemoteCmd(
                "head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2; exit 4"
            )
            let result = try await far.communicator.run(command) { _ in }
            #expect(result.status == .exited(4))
        }
    }

    @Test(arguments: ContractSubject.runners)
    func `ends the process tree when the deadline passes`(
        _ subject: ContractSubject
    ) async throws {
        try await subject.withFarSide { far async throws in
            var process = ""
            let error = try await communicatorError {
                var command = RemoteCmd("sleep 600 & echo $!; wait", label: "a long sleep")
                command.deadline = .seconds(1)
                _ = try await far.communicator.run(command) { execution in
                    for try await case .standardOutput(let bytes) in execution.output {
                        process += String(decoding: bytes, as: UTF8.self)
                    }
                }
            }
            #expect(error.code == .deadlineExceeded)
            #expect(error.target == "a long sleep")
            #expect(!process.isEmpty)
            #expect(try await far.isRunning(process.trimmed) == false)
        }
    }

    @Test(arguments: ContractSubject.runners)
    func `ends the process tree when the body throws`(_ subject: ContractSubject) async throws {
        try await subject.withFarSide { far async throws in
            var process = ""
            await #expect(throws: BodyFailure.self) {
                let command = RemoteCmd("sleep 600 & echo $!; wait")
                _ = try await far.communicator.run(command) { execution in
                    process = try await firstLine(of: execution)
                    throw BodyFailure()
                }
            }
            #expect(!process.isEmpty)
            #expect(try await far.isRunning(process) == false)
        }
    }

    @Test(arguments: ContractSubject.runners)
    func `ends the process tree, even one that ignores TERM, when the task is cancelled`(
        _ subject: ContractSubject
    ) async throws {
        try await subject.withFarSide { far async throws in
            let (lines, continuation) = AsyncStream.makeStream(of: String.self)
            let running = Task {
                // Its leader takes TERM and ends first, so that only the session holds the rest.
                let text =
                    "(trap '' TERM; while :; do sleep 600; done) & echo $!; wait"
                _ = try await far.communicator.run(RemoteCmd(text)) { execution in
                    continuation.yield(try await firstLine(of: execution))
                    for try await _ in execution.output {}
                }
            }
            let process = try #require(await lines.first { _ in true })
            running.cancel()
            await #expect(throws: CancellationError.self) { try await running.value }
            #expect(try await far.isRunning(process) == false)
        }
    }

    @Test(arguments: ContractSubject.runners)
    func `is possible many times at once`(_ subject: ContractSubject) async throws {
        try await subject.withFarSide { far async throws in
            let texts = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<8 {
                    group.addTask { try await far.shell("sleep 0.1; echo \(number)") }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(texts == Set((0..<8).map { "\($0)\n" }))
        }
    }

    private func firstLine(of execution: RemoteCmd.Execution) async throws -> String {
        var line: [UInt8] = []
        for try await case .standardOutput(let bytes) in execution.output {
            line += bytes
            if line.contains(0x0A) { break }
        }
        return String(decoding: line, as: UTF8.self).trimmed
    }
}
