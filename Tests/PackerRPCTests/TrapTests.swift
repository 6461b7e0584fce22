import ByteStreams
import Communicator
import Components
import Configuration
import MessagePack
import NetRPC
@testable import PackerRPC
import Processes
import TestSupport
import Testing
import Yamux

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The traps of Packer's wire that concern either half; README.md says where the others are.
@Suite(.timeLimit(.minutes(2))) struct TrapTests {
    @Test func `trap 2: a plugin answers other calls while one works`() async throws {
        let (began, mayEnd) = (Event(), Event())
        let provisioner = PlayedProvisioner { _, _ in
            await began.happen()
            await mayEnd.wait()
        }
        try await withServed(.provisioner(provisioner)) { session in
            let remote = session.provisioner
            async let work: Void = remote.provision(
                PlayedMachine(),
                ui: RecordingInterface(),
                data: GeneratedData()
            )
            await began.wait()
            #expect(try await remote.specification() == [])
            await mayEnd.happen()
            try await work
        }
    }

    @Test func `trap 5: all output of a command is read although its status comes first`()
        async throws
    {
        try await ServedMachine.with(LocalCommunicator()) { machine in
            let size = 3_000_000
            let result = try await machine.remote.run(
                RemoteCmd("head -c \(size) /dev/zero; head -c \(size) /dev/zero >&2; exit 3")
            ) { execution in
                var counts = [0, 0]
                for try await chunk in execution.output {
                    switch chunk {
                    case .standardOutput(let bytes): counts[0] += bytes.count
                    case .standardError(let bytes): counts[1] += bytes.count
                    }
                }
                return counts
            }
            #expect(result.value == [size, size])
            #expect(result.status == .exited(3))
        }
    }

    @Test func `trap 6: the stream is in step after an error's reply`() async throws {
        let source = PlayedDataSource { throw ComponentFailure(message: "no") }
        try await withServed(.dataSource(source)) { session in
            for _ in 0..<3 {
                await #expect(throws: ComponentFailure(message: "no")) {
                    try await session.dataSource.execute()
                }
                let specification = try await session.dataSource.specification()
                #expect(specification == [])
            }
        }
    }

    @Test func `trap 8: a file's time is nil`() throws {
        let information = CommunicatorEndpoint.FileInformation(name: "n", size: 1, mode: 0o644)
        let bytes = try MessagePackEncoder().encode(information)
        let value = try MessagePackDecoder().decode(MessagePackValue.self, from: bytes)
        let time = value.entries?.first { $0.key.string == "T" }
        #expect(time?.value == .nil)
    }

    @Test func `trap 9: Cancel is not said before the stream of a call is opened`() async throws {
        let (near, far) = InMemoryByteStream.pair()
        let (called, cancelled) = (Event(), Event())
        let methods = NetRPCServer()
        let (mayDial, dialled) = (Event(), Event())
        let playing = Task {
            let broker = await MuxBroker(over: await .start(over: far, as: .server))
            try await methods.register(ProvisionerEndpoint.provision) {
                (arguments: ProvisionerEndpoint.ProvisionArguments) in
                await called.happen()
                await mayDial.wait()
                let stream = try await broker.dial(arguments.streamID)
                await dialled.happen()
                await cancelled.wait()
                await stream.close()
            }
            try await methods.register(ProvisionerEndpoint.cancel) { (_: NetRPCNothing) in
                // Go's plugin would crash.
                #expect(await dialled.hasHappened)
                await cancelled.happen()
            }
            try await methods.serve(try await broker.acceptMain(within: .seconds(5)))
            await broker.close()
        }
        let session = try await HostSession(over: near)
        let remote = session.provisioner
        let work = Task {
            try await remote.provision(
                PlayedMachine(),
                ui: RecordingInterface(),
                data: GeneratedData()
            )
        }
        await called.wait()
        work.cancel()
        // A cancel that did not wait would be here before this call's reply.
        _ = try? await remote.specification()
        #expect(await !cancelled.hasHappened)
        await mayDial.happen()
        _ = await work.result
        #expect(await cancelled.hasHappened)
        await session.close()
        _ = await playing.result
    }

    @Test func `trap 10: Go's word for a crash is not in the log, and nothing in the output`()
        async throws
    {
        let cookie = StartedPlugin.cookie.split(separator: "=").map(String.init)
        let plugin = Program(
            try ProjectFiles.pluginSwift(),
            environment: [cookie[0]: cookie[1]]
        )
        let outcome = try await plugin.run(["start", "provisioner", "panic: boom"])
        #expect(outcome.end == .exited(1))
        #expect(outcome.output == "")
        #expect(outcome.errors.contains("boom") && !outcome.errors.contains("panic:"))
    }

    @Test func `trap 11: a plugin ignores interrupt and termination, and ends with its host`()
        async throws
    {
        let plugin = try await StartedPlugin(
            program: try ProjectFiles.pluginSwift(),
            ["start", "provisioner", "shell"]
        )
        for number in [SIGINT, SIGTERM] {
            plugin.signal(number)
            #expect(try await plugin.session.provisioner.specification().count > 100)
        }
        #expect(try await plugin.end() == .exited(0))
    }

    @Test(
        arguments: [[7], [0xCC, 7], [0xCD, 0, 7], [0xCE, 0, 0, 0, 7], [0xD0, 7], [0xD1, 0, 7]]
            as [[UInt8]]
    )
    func `trap 12: a number of any width and sign is taken`(_ bytes: [UInt8]) throws {
        #expect(try MessagePackDecoder().decode(UInt32.self, from: bytes) == 7)
        #expect(try WireValue.decoded(.double(7)) == .integer(7))
    }

    @Test func `trap 13: ConfigSpec and Prepare begin anew each time`() async throws {
        let plugin = try await StartedPlugin(
            program: try ProjectFiles.pluginSwift(),
            ["start", "provisioner", "shell"]
        )
        let remote = plugin.session.provisioner
        let first = try await remote.specification()
        for script in ["exit 3", "exit 0"] {
            #expect(try await remote.specification() == first)
            try await remote.prepare([["inline": [.string(script)]]])
        }
        // Only what the last Prepare said counts.
        try await remote.provision(
            LocalCommunicator(),
            ui: RecordingInterface(),
            data: GeneratedData()
        )
        #expect(try await plugin.end() == .exited(0))
    }

    @Test func `trap 15: a builder serves its machine to the host and relays what is said`()
        async throws
    {
        try await withServed(.builder(HookingBuilder())) { session in
            let ui = RecordingInterface()
            _ = try await session.builder.run(ui: ui, hook: CommandHook())
            #expect(await ui.texts == ["the machine says 42"])
        }
    }
}

/// A builder whose machine is this one.
private struct HookingBuilder: ServedBuilder {
    func specification() -> [UInt8] { [] }
    func prepare(_ configurations: [MessagePackValue]) -> BuilderPreparation { .init() }
    func run(ui: any UserInterface, hook: any Hook) async throws -> (any ServedArtifact)? {
        let data = GeneratedData(["ID": .string("42")])
        try await hook.run(.provision, ui: ui, machine: LocalCommunicator(), data: data)
        return nil
    }
}

/// A host that runs a command on a builder's machine and says what came of it.
private struct CommandHook: Hook {
    func run(
        _ name: HookName,
        ui: any UserInterface,
        machine: any Communicator,
        data: GeneratedData
    ) async throws {
        let command = RemoteCmd("echo \(data.text("ID") ?? "")")
        let result = try await machine.run(command) { execution in
            var output: [UInt8] = []
            for try await case .standardOutput(let bytes) in execution.output { output += bytes }
            return output
        }
        let text = String(decoding: result.value, as: UTF8.self)
        await ui.say("the machine says \(text.dropLast())")
    }
}
