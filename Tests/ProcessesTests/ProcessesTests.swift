import Processes
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct `The end of a child` {
    @Test func `is its exit code, for every code`() async throws {
        for code in 0...255 as ClosedRange<Int32> {
            let child = try await ChildProcess.spawn(
                ProcessSpecification("/bin/sh", ["-c", "exit \(code)"])
            )
            #expect(try await child.wait() == .exited(code))
        }
    }

    @Test(arguments: [
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 24, 25, 26, 27, 29, 31,
    ])
    func `is the number of the signal that killed it`(_ number: Int32) async throws {
        let child = try await ChildProcess.spawn(
            ProcessSpecification("/bin/sh", ["-c", "ulimit -c 0; kill -\(number) $$"])
        )
        #expect(try await child.wait() == .signaled(number))
    }

    @Test func `does not wait for a grandchild that holds the output`() async throws {
        let child = try await ChildProcess.spawn(shell("sleep 60 & echo started; exit 3"))
        #expect(try await child.wait() == .exited(3))
        let reader = try #require(child.standardOutput)
        #expect(try await reader.read() == Array("started\n".utf8))
        #expect(try reader.readAvailable() == .nothing)
        #expect(await child.terminateTree(grace: .seconds(5)))
        #expect(try await reader.read() == nil)
    }

    @Test func `can be awaited by many, and cancelling a wait leaves the child alone`() async throws
    {
        let child = try await ChildProcess.spawn(shell("read line; exit 4"))
        let cancelled = Task { try await child.wait() }
        let patient = Task { try await child.wait() }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        #expect(child.end == nil)
        child.standardInput?.close()
        #expect(try await patient.value == .exited(4))
        #expect(child.end == .exited(4))
    }
}

@Suite struct `Starting a child` {
    private func failure(_ specification: ProcessSpecification) async -> ChildProcess.SpawnError? {
        do {
            _ = try await ChildProcess.spawn(specification)
            return nil
        } catch {
            return error as? ChildProcess.SpawnError
        }
    }

    @Test func `names a program that is not there, by path and by name`() async throws {
        let byPath = await failure(ProcessSpecification("/no/such/program"))
        #expect(byPath?.reason == .notFound)
        #expect(byPath?.path == "/no/such/program")
        let byName = await failure(ProcessSpecification("no-such-program-anywhere"))
        #expect(byName?.reason == .notFound)
    }

    @Test func `tells a file without permission from one of no known format`() async throws {
        let folder = try await output(of: ProcessSpecification("mktemp", ["-d"])).dropLast()
        _ = try await output(
            of: ProcessSpecification(
                "/bin/sh",
                ["-c", "cd \(folder); echo x > plain; echo x > odd; chmod 700 odd; mkdir d"]
            )
        )
        let plain = await failure(ProcessSpecification("\(folder)/plain"))
        #expect(plain?.reason == .permissionDenied)
        #expect(plain?.path == "\(folder)/plain")
        #expect(await failure(ProcessSpecification("\(folder)/odd"))?.reason == .notExecutable)
        var searched = ProcessSpecification("plain")
        searched.environment = [Array("PATH=/nowhere:\(folder)".utf8)]
        #expect(await failure(searched)?.path == "\(folder)/plain")
        let lost = await failure(ProcessSpecification("true", workingDirectory: "\(folder)/none"))
        #expect(lost?.reason == .workingDirectory)
        #expect(lost?.path == "\(folder)/none")
        _ = try await output(of: ProcessSpecification("rm", ["-r", String(folder)]))
    }

    @Test func `refuses a NUL byte and an argument that is too long`() async throws {
        #expect(await failure(ProcessSpecification("true", ["a\0b"]))?.reason == .invalidArgument)
        let long = String(repeating: "x", count: 3 << 20)
        #expect(await failure(ProcessSpecification("true", [long]))?.reason == .argumentsTooLong)
    }

    @Test func `passes arguments, environment and working directory byte by byte`() async throws {
        var specification = ProcessSpecification(
            executable: Array("/bin/sh".utf8),
            arguments: [
                Array("-c".utf8), Array("printf %s. \"$@\" \"$A\"; pwd".utf8), Array("sh".utf8),
                [0xFF, 0x0A, 0x27], [],
            ],
            environment: [Array("A=".utf8) + [0xFE]],
            workingDirectory: Array("/usr".utf8)
        )
        specification.standardInput = .null
        let child = try await ChildProcess.spawn(specification)
        var bytes: [UInt8] = []
        while let more = try await child.standardOutput?.read() { bytes += more }
        #expect(bytes == [0xFF, 0x0A, 0x27, 0x2E, 0x2E, 0xFE, 0x2E] + Array("/usr\n".utf8))
    }

    #if os(Linux)
        @Test func `gives no descriptors but its three, even ones that are inheritable`()
            async throws
        {
            let leaky = unsafe open("/dev/null", O_RDONLY)
            #expect(leaky > 2)
            defer { close(leaky) }
            // The fourth is the directory that ls itself reads.
            let listed = try await output(of: ProcessSpecification("ls", ["/proc/self/fd"]))
            #expect(listed == "0\n1\n2\n3\n")
        }

        @Test func `resets signals that this process ignores or blocks`() async throws {
            signal(SIGPIPE, SIG_IGN)
            let status = try await output(
                of: ProcessSpecification("grep", ["-E", "^Sig(Ign|Blk)", "/proc/self/status"])
            )
            #expect(status == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n")
        }

        @Test func `makes it the leader of a session of its own`() async throws {
            let child = try await ChildProcess.spawn(
                ProcessSpecification("/bin/sh", ["-c", "cut -d' ' -f5,6 /proc/$$/stat"])
            )
            let text = try await child.standardOutput?.text()
            #expect(text == "\(child.processID) \(child.processID)\n")
        }
    #endif

    @Test func `in parallel never lets one inherit the pipes of another`() async throws {
        let children = try await withThrowingTaskGroup(of: ChildProcess.self) { group in
            for _ in 0..<30 { group.addTask { try await ChildProcess.spawn(shell("cat")) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        // Each ends when its own input does, though all the others still run.
        for child in children {
            child.standardInput?.close()
            #expect(try await child.standardOutput?.text() == "")
            #expect(try await child.wait() == .exited(0))
        }
    }
}
