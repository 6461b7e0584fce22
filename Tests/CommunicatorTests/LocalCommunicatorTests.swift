import Communicator
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite(.timeLimit(.minutes(5))) struct `The local communicator` {
    private func output(
        of text: String,
        grace: Duration = .seconds(10)
    ) async throws -> (status: RemoteCmd.ExitStatus, text: String) {
        let communicator = LocalCommunicator(outputGrace: grace)
        let result = try await communicator.run(RemoteCmd(text)) { execution in
            var bytes: [UInt8] = []
            for try await case .standardOutput(let chunk) in execution.output { bytes += chunk }
            return String(decoding: bytes, as: UTF8.self)
        }
        return (result.status, result.value)
    }

    @Test func `finishes though a background child holds the output, and leaves it alone`()
        async throws
    {
        let (status, text) = try await output(
            of: "sleep 600 & echo $!; exit 3",
            grace: .milliseconds(100)
        )
        #expect(status == .exited(3))
        let child = text.split(separator: "\n").joined()
        #expect(try await output(of: "kill \(child)").status == .exited(0))
    }

    @Test func `runs a script as soon as it is there, whatever else starts meanwhile`()
        async throws
    {
        let folder = try TemporaryDirectory()
        let communicator = LocalCommunicator()
        let script = UploadSource(.bytes(Array("#!/bin/sh\nexit 3\n".utf8)), mode: 0o755)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    for round in 0..<50 {
                        let path = folder["script-\(writer)-\(round)"]
                        try await communicator.upload(script, to: path, options: TransferOptions())
                        let result = try await communicator.run(RemoteCmd(path)) { _ in }
                        #expect(result.status == .exited(3))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `brings what a background child writes within the grace`() async throws {
        let (status, text) = try await output(of: "(sleep 0.3; echo late) & echo now; exit 4")
        #expect(status == .exited(4))
        #expect(text == "now\nlate\n")
    }

    @Test func `does not follow a background child that never falls quiet`() async throws {
        let (status, text) = try await output(of: "yes & exit 5", grace: .milliseconds(50))
        #expect(status == .exited(5))
        #expect(text.hasPrefix("y\ny\n"))
    }

    @Test func `says why a command was not started`() async throws {
        for text in [String(repeating: "x", count: 3 << 20), "a\0b"] {
            do {
                _ = try await output(of: text)
                Issue.record("started")
            } catch let error as CommunicatorError {
                #expect(error.code == .commandNotStarted)
                #expect(!error.description.contains("xxxx"))
            }
        }
    }

    @Test func `gives commands no terminal and no input`() async throws {
        let (_, text) = try await output(
            of: "(: </dev/tty) 2>/dev/null || echo none; readlink /proc/self/fd/0"
        )
        #expect(text == "none\n/dev/null\n")
    }

    @Test func `sets modes whatever the umask is, and minds it for what comes here`() async throws {
        // The umask is one of the whole process.
        await #expect(processExitsWith: .success) {
            umask(0o077)
            let directory = try TemporaryDirectory()
            let communicator = LocalCommunicator()
            try await communicator.upload(.bytes([1]), to: directory["up"])
            try await communicator.download(directory["up"], to: .file(directory["down"]))
            #expect(try FileStatus.of(BytePath(directory["up"])).mode == 0o644)
            #expect(try FileStatus.of(BytePath(directory["down"])).mode == 0o600)
        }
    }

    @Test func `refuses a source that changes while it is read`() async throws {
        let directory = try TemporaryDirectory()
        let source = try directory.write([UInt8](repeating: 1, count: 5_000_000), to: "source")
        try directory.write([9], to: "f")
        let options = TransferOptions { report in
            if !report.isFinished { _ = try? directory.write([2], to: "source") }
        }
        do {
            try await LocalCommunicator().upload(
                .file(source),
                to: directory["f"],
                options: options
            )
            Issue.record("uploaded")
        } catch let error as CommunicatorError {
            #expect(error.code == .sourceChanged)
            #expect(error.target == source)
        }
        #expect(try directory.read("f") == [9])
        #expect(try directory.names() == ["f", "source"])
    }

    @Test func `refuses to copy a file onto itself`() async throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write([1, 2], to: "f")
        do {
            try await LocalCommunicator().upload(.file(file), to: directory["./f"])
            Issue.record("uploaded")
        } catch let error as CommunicatorError {
            #expect(error.target == file)
        }
        #expect(try directory.read("f") == [1, 2])
    }

    @Test func `ends a write to a FIFO that nobody reads when it is cancelled`() async throws {
        let directory = try TemporaryDirectory()
        let fifo = try directory.makeFIFO("fifo")
        let reader = unsafe open(fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        defer { close(reader) }
        let uploading = Task {
            let bytes = [UInt8](repeating: 1, count: 1 << 20)
            try await LocalCommunicator().upload(.bytes(bytes), to: fifo)
        }
        var ready = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
        while unsafe poll(&ready, 1, 0) == 0 { await Task.yield() }
        uploading.cancel()
        await #expect(throws: CancellationError.self) { try await uploading.value }
    }
}
