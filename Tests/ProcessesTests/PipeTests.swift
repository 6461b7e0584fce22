import Processes
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct `The pipes of a child` {
    @Test func `carry 64 MiB each way at once, whole`() async throws {
        let child = try await ChildProcess.spawn(shell("cat"))
        let block = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
        let writer = Task {
            for _ in 0..<64 { try await child.standardInput?.write(block) }
            child.standardInput?.close()
        }
        var count = 0
        while let bytes = try await child.standardOutput?.read() {
            let start = count % (1 << 20)
            let expected = block[start...].prefix(bytes.count)
            // A piece may run over the end of a block into the next.
            #expect(bytes == Array(expected + block.prefix(bytes.count - expected.count)))
            count += bytes.count
        }
        try await writer.value
        #expect(count == 64 << 20)
        #expect(try await child.wait() == .exited(0))
    }

    @Test func `hold a child back that nobody reads`() async throws {
        let child = try await ChildProcess.spawn(
            shell("head -c 1000000 /dev/zero; echo done >&2")
        )
        let reader = try #require(child.standardOutput)
        _ = try await DescriptorPoller.shared.wait(for: [reader.readability])
        #expect(child.end == nil)
        #expect(try child.standardError?.readAvailable() == .nothing)
        #expect(try await reader.text().utf8.count == 1_000_000)
        #expect(try await child.standardError?.text() == "done\n")
    }

    @Test func `say EPIPE, and never raise a signal, when the child does not read`() async throws {
        // Exit tests begin with the default action: a raised SIGPIPE would kill this process.
        await #expect(processExitsWith: .success) {
            signal(SIGPIPE, SIG_DFL)
            let child = try await ChildProcess.spawn(shell("exec <&-; echo closed; sleep 60"))
            _ = try await child.standardOutput?.read()
            await #expect(throws: PipeError("writing to a child", number: EPIPE)) {
                try await child.standardInput?.write([1])
            }
            #expect(await child.terminateTree(grace: .seconds(5)))
        }
    }

    @Test func `lose nothing when a blocked read is cancelled`() async throws {
        let child = try await ChildProcess.spawn(shell("cat"))
        let reader = try #require(child.standardOutput)
        let reading = Task { try await reader.read() }
        reading.cancel()
        await #expect(throws: CancellationError.self) { try await reading.value }
        try await child.standardInput?.write([7])
        #expect(try await reader.read() == [7])
        child.standardInput?.close()
        #expect(try await reader.read() == nil)
    }

    @Test func `end a blocked write when its task is cancelled`() async throws {
        let child = try await ChildProcess.spawn(shell("echo ready; sleep 60"))
        let writing = Task {
            try await child.standardInput?.write([UInt8](repeating: 0, count: 1 << 20))
        }
        _ = try await child.standardOutput?.read()
        writing.cancel()
        await #expect(throws: CancellationError.self) { try await writing.value }
        #expect(await child.terminateTree(grace: .seconds(5)))
    }

    @Test func `end a blocked read when this side closes`() async throws {
        let child = try await ChildProcess.spawn(shell("cat"))
        let reader = try #require(child.standardOutput)
        async let read = reader.read()
        reader.close()
        #expect(try await read == nil)
        child.standardInput?.close()
        #expect(try await child.wait() == .exited(0))
    }

    @Test func `wait no longer than a deadline`() async throws {
        let child = try await ChildProcess.spawn(shell("cat"))
        let reader = try #require(child.standardOutput)
        let outcome = try await DescriptorPoller.shared.wait(
            for: [reader.readability, child.endReadiness],
            until: .now + .milliseconds(20)
        )
        #expect(outcome == .timedOut)
        child.standardInput?.close()
    }

    @Test func `can be a terminal of a given size`() async throws {
        var specification = ProcessSpecification(
            "/bin/sh",
            ["-c", "tty <&1 >/dev/null && stty size"]
        )
        specification.terminal = .init(rows: 33, columns: 101)
        let child = try await ChildProcess.spawn(specification)
        #expect(try await child.standardOutput?.text() == "33 101\r\n")
        #expect(try await child.wait() == .exited(0))
    }
}
