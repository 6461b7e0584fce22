import ByteStreams
import Communicator
import Components
import MessagePack
import NetRPC
@testable import PackerRPC
import TestSupport
import Testing
import Yamux

/// How commands and transfers of a machine that is served come to their ends.
@Suite(.timeLimit(.minutes(2))) struct MachineEndTests {
    @Test func `half an input that breaks off ends the command and is no end of file`()
        async throws
    {
        let folder = try TemporaryDirectory()
        let mark = "\(folder.path)/whole"
        try await ServedMachine.with(LocalCommunicator()) { machine in
            let (input, response) = try await machine.start(
                "cat >/dev/null && : >\(ShellWord.quote(mark))",
                input: await machine.caller.reserve(),
                isOurs: true
            )
            try await input.write(Array("half".utf8))
            await input.reset()
            let end = try await ServedMachine.end(response)
            #expect(end.status == .disconnected)
            #expect(end.detail?.contains("input broke off") == true, "\(end)")
        }
        #expect(try folder.names() == [])
    }

    @Test func `a command that closes its outputs still reads its whole input`() async throws {
        let reader = QuietReader()
        let machine = PlayedMachine(starting: { _ in reader })
        try await ServedMachine.with(machine) { machine in
            let (input, response) = try await machine.start(
                "read",
                input: await machine.caller.reserve()
            )
            await reader.quiet.wait()
            try await input.write(Array("first".utf8))
            await reader.read.wait()
            #expect(await !reader.ended.hasHappened)
            try await input.write(Array(" second".utf8))
            try await input.finishWriting()
            #expect(try await ServedMachine.end(response).status == .exited(0))
            #expect(await String(decoding: reader.input, as: UTF8.self) == "first second")
        }
    }

    @Test func `a start that is cancelled before its reply ends the command over there`()
        async throws
    {
        let (starting, ended) = (Event(), Event())
        let slow = PlayedMachine(starting: { _ in
            await starting.happen()
            await untilCancelled()
            await ended.happen()
            throw CancellationError()
        })
        try await ServedMachine.with(slow) { machine in
            let remote = machine.remote
            let running = Task { try await remote.run(RemoteCmd("x")) { _ in } }
            await starting.wait()
            running.cancel()
            await #expect(throws: CancellationError.self) { _ = try await running.value }
            #expect(await ended.hasHappened)
        }
    }

    /// A number that nobody gave out, so that whoever dials it waits.
    private static let unanswered: UInt32 = 4_000_000

    private func start(input: UInt32) -> CommunicatorEndpoint.StartArguments {
        CommunicatorEndpoint.StartArguments(
            command: .string("x"),
            standardInput: input,
            standardOutput: 0,
            standardError: 0,
            response: 77,
            extra: nil
        )
    }

    @Test func `a cancel finds a command whose streams are still being opened`() async throws {
        try await ServedMachine.with(PlayedMachine()) { machine in
            let client = machine.client
            let arguments = start(input: Self.unanswered)
            let starting = Task { try await client.call(CommunicatorEndpoint.start, arguments) }
            // Calls leave in the order in which they reach the client.
            try await eventually("the start's leaving") { await client.waitingCalls == 1 }
            try await client.call(
                CommunicatorEndpoint.cancel,
                CommunicatorEndpoint.CancelArguments(response: 77)
            )
            let error = await #expect(throws: NetRPCError.self) { try await starting.value }
            #expect(error?.message == "context canceled")
        }
    }

    @Test func `a second command with the number of one that is being opened is refused`()
        async throws
    {
        try await ServedMachine.with(PlayedMachine()) { machine in
            let client = machine.client
            let arguments = start(input: Self.unanswered)
            let first = Task { try await client.call(CommunicatorEndpoint.start, arguments) }
            try await eventually("the start's leaving") { await client.waitingCalls == 1 }
            let second = await #expect(throws: NetRPCError.self) {
                try await client.call(CommunicatorEndpoint.start, start(input: 0))
            }
            #expect(second?.message.contains("77") == true)
            await machine.served.end()
            await #expect(throws: NetRPCError.self) { try await first.value }
        }
    }

    @Test(arguments: [true, false])
    func `the move of a directory is cancelled over there`(isUpload: Bool) async throws {
        let (moving, ended) = (Event(), Event())
        let machine = PlayedMachine(moving: {
            await moving.happen()
            await untilCancelled()
            await ended.happen()
            throw CancellationError()
        })
        try await ServedMachine.with(machine) { machine in
            let remote = machine.remote
            let move = Task {
                if isUpload {
                    try await remote.uploadDirectory("/a", to: "/b")
                } else {
                    try await remote.downloadDirectory("/b", to: "/a")
                }
            }
            await moving.wait()
            move.cancel()
            await #expect(throws: CancellationError.self) { try await move.value }
            #expect(await ended.hasHappened)
        }
    }

    @Test(arguments: [true, false])
    func `a download whose reply never comes ends in time`(isWhole: Bool) async throws {
        let (near, far) = InMemoryByteStream.pair()
        let caller = await MuxBroker(over: await .start(over: near, as: .client))
        let server = await MuxBroker(over: await .start(over: far, as: .server))
        let methods = NetRPCServer()
        try await methods.register(CommunicatorEndpoint.download) {
            (arguments: CommunicatorEndpoint.DownloadArguments) in
            let stream = try await server.dial(arguments.writer)
            try await stream.write([1, 2, 3])
            if isWhole { try await stream.finishWriting() } else { await stream.reset() }
            await untilCancelled()
        }
        let line = await caller.reserve()
        Task { try await methods.serve(try await server.dial(line.id)) }
        let client = await NetRPCClient(over: try await line.accept())
        var remote = RemoteCommunicator(over: client, broker: caller)
        remote.replyTime = .milliseconds(50)
        let folder = try TemporaryDirectory()
        let error = await #expect(throws: CommunicatorError.self) {
            try await remote.download("/x", to: .file("\(folder.path)/x"))
        }
        #expect(error?.target == "/x")
        #expect(try folder.names() == [])
        await client.close()
        await caller.close()
        await server.close()
    }

    @Test func `an upload of which a part is not taken ends in time, and is no success`()
        async throws
    {
        let (near, far) = InMemoryByteStream.pair()
        let caller = await MuxBroker(over: await .start(over: near, as: .client))
        let server = await MuxBroker(over: await .start(over: far, as: .server))
        let methods = NetRPCServer()
        let kept = Event()
        try await methods.register(CommunicatorEndpoint.upload) {
            (arguments: CommunicatorEndpoint.UploadArguments) in
            let stream = try await server.dial(arguments.reader)
            // As Go closes: it reads no more, and says so only to who has finished.
            try await stream.finishWriting()
            Task {
                await kept.wait()
                await stream.close()
            }
        }
        let line = await caller.reserve()
        Task { try await methods.serve(try await server.dial(line.id)) }
        let client = await NetRPCClient(over: try await line.accept())
        var remote = RemoteCommunicator(over: client, broker: caller)
        remote.replyTime = .milliseconds(50)
        let content = [UInt8](repeating: 7, count: 1 << 20)
        let error = await #expect(throws: CommunicatorError.self) {
            try await within(.seconds(20), "the end of the upload") { [remote] in
                try await remote.upload(.bytes(content), to: "/x")
            }
        }
        #expect(error?.target == "/x")
        await kept.happen()
        await client.close()
        await caller.close()
        await server.close()
    }

    @Test func `commands end with the stream on which they were started, before any reply`()
        async throws
    {
        let (started, ended) = (Event(), Event())
        let machine = PlayedMachine(starting: { _ in
            await started.happen()
            await untilCancelled()
            await ended.happen()
            throw CancellationError()
        })
        let (near, far) = InMemoryByteStream.pair()
        // The plugin's half by hand: it closes its stream in the middle of Provision.
        let playing = Task {
            let broker = await MuxBroker(over: await .start(over: far, as: .server))
            let methods = NetRPCServer()
            try await methods.register(ProvisionerEndpoint.provision) {
                (arguments: ProvisionerEndpoint.ProvisionArguments) in
                let stream = try await broker.dial(arguments.streamID)
                let client = await NetRPCClient(over: stream)
                let remote = RemoteCommunicator(over: client, broker: broker)
                let running = Task { try await remote.run(RemoteCmd("x")) { _ in } }
                await started.wait()
                await client.close()
                _ = await running.result
                await ended.wait()
            }
            try await methods.serve(try await broker.acceptMain(within: .seconds(5)))
            await broker.close()
        }
        let session = try await HostSession(over: near)
        try await session.provisioner.provision(
            machine,
            ui: RecordingInterface(),
            data: GeneratedData()
        )
        #expect(await ended.hasHappened)
        await session.close()
        _ = await playing.result
    }
}
