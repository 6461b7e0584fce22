import Communicator
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite(.timeLimit(.minutes(5))) struct `Much output` {
    @Test(arguments: ContractSubject.measured)
    func `arrives whole before the status, 100 MB of it, 5 times of 5`(
        _ subject: ContractSubject
    ) async throws {
        try await subject.withFarSide { far async throws in
            for _ in 1...5 {
                let command = RemoteCmd("head -c 100000000 /dev/zero | tr '\\0' x; exit 7")
                let result = try await far.communicator.run(command) { execution in
                    var count = 0
                    for try await case .standardOutput(let bytes) in execution.output {
                        count += bytes.count
                        guard bytes.first == 0x78 && bytes.last == 0x78 else { break }
                    }
                    return count
                }
                #expect(result.value == 100_000_000)
                #expect(result.status == .exited(7))
            }
        }
    }

    @Test(arguments: ContractSubject.measured)
    func `without a newline, 64 MiB read slowly, stays out of memory`(
        _ subject: ContractSubject
    ) async throws {
        // The peak is one of the whole process, so this needs a process of its own.
        await #expect(processExitsWith: .success) { [name = subject.name as String] in
            let subject = try #require(ContractSubject.measured.first { $0.name == name })
            try await subject.withFarSide { far async throws in
                try await far.shell("head -c 1000000 /dev/zero")
                let before = peakMemory()
                let command = RemoteCmd("head -c 67108864 /dev/zero; exit 8")
                let result = try await far.communicator.run(command) { execution in
                    var count = 0
                    var chunks = 0
                    for try await case .standardOutput(let bytes) in execution.output {
                        count += bytes.count
                        chunks += 1
                        if chunks % 64 == 0 { try await Task.sleep(for: .milliseconds(5)) }
                    }
                    return count
                }
                #expect(result.value == 67_108_864)
                #expect(result.status == .exited(8))
                #expect(peakMemory() - before < 32 << 20)
            }
        }
    }
}

/// The most memory this process ever had, in bytes.
private func peakMemory() -> Int {
    var usage = rusage()
    #if canImport(Darwin)
        _ = unsafe getrusage(RUSAGE_SELF, &usage)
        return Int(usage.ru_maxrss)
    #else
        _ = unsafe getrusage(__rusage_who_t(0), &usage)
        return Int(usage.ru_maxrss) * 1024
    #endif
}
