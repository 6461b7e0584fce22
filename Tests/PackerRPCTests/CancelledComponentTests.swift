import ByteStreams
import Communicator
import Components
import MessagePack
import NetRPC
@testable import PackerRPC
import TestSupport
import Testing
import Yamux

/// A host and a plugin in one process, one of which cancels or goes away.
@Suite(.timeLimit(.minutes(2))) struct CancelledComponentTests {
    @Test func `an artifact that is made although the build is cancelled is not lost`()
        async throws
    {
        let began = Event()
        let builder = PlayedBuilder { _ in
            await began.happen()
            await untilCancelled()
            return PlayedArtifact()
        }
        try await withServed(.builder(builder)) { session in
            let remote = session.builder
            let build = Task { try await remote.run(ui: RecordingInterface(), hook: NoHook()) }
            await began.wait()
            build.cancel()
            let artifact = try await build.value
            #expect(try await artifact?.id() == "played")
            try await artifact?.destroy()
        }
    }

    @Test func `what a cancelled post-processor made can still ask what it was made of`()
        async throws
    {
        let began = Event()
        let postProcessor = PlayedPostProcessor { input in
            await began.happen()
            await untilCancelled()
            return PlayedArtifact(identity: { "of \(try await input.id())" })
        }
        try await withServed(.postProcessor(postProcessor)) { session in
            let remote = session.postProcessor
            let work = Task {
                try await remote.postProcess(PlayedArtifact(), ui: RecordingInterface())
            }
            await began.wait()
            work.cancel()
            let result = try await work.value
            #expect(try await result.artifact?.id() == "of played")
        }
    }

    @Test func `what a cancelled component says about its clean-up is heard`() async throws {
        let began = Event()
        let provisioner = PlayedProvisioner { _, ui in
            await began.happen()
            await untilCancelled()
            await ui.error("cannot remove x")
            await ui.say(lines: ["y is left", "z is left"])
            await ui.message("look there")
            throw CancellationError()
        }
        try await withServed(.provisioner(provisioner)) { session in
            let ui = RecordingInterface()
            let remote = session.provisioner
            let work = Task {
                try await remote.provision(PlayedMachine(), ui: ui, data: GeneratedData())
            }
            await began.wait()
            work.cancel()
            await #expect(throws: CancellationError.self) { try await work.value }
            #expect(await ui.texts == ["cannot remove x", "y is left\nz is left", "look there"])
        }
    }

    @Test func `last words that nobody takes end in time and are the last`() async throws {
        let (near, far) = InMemoryByteStream.pair()
        let client = await NetRPCClient(over: near)
        let ui = RemoteUserInterface(over: client, lastWordsTime: .milliseconds(50))
        let speaking = Task {
            await untilCancelled()
            for number in 0..<1000 { await ui.say("\(number)") }
        }
        speaking.cancel()
        await speaking.value
        var parser = NetRPCMessageParser<NetRPCRequestHeader>()
        await client.close()
        var heard = 0
        while let bytes = try await far.read(upTo: 65_536) {
            parser.append(bytes)
            while try parser.next() != nil { heard += 1 }
        }
        #expect(heard == 1)
    }

    @Test(arguments: ["Datasource.Execute", "PostProcessor.PostProcess"])
    func `a component that was cancelled is that to a host that did not ask for it`(
        _ method: String
    ) async throws {
        if method.hasPrefix("Data") {
            let source = PlayedDataSource { throw CancellationError() }
            try await withServed(.dataSource(source)) { session in
                await #expect(throws: CancellationError.self) {
                    try await session.dataSource.execute()
                }
            }
        } else {
            let postProcessor = PlayedPostProcessor { _ in throw CancellationError() }
            try await withServed(.postProcessor(postProcessor)) { session in
                await #expect(throws: CancellationError.self) {
                    _ = try await session.postProcessor.postProcess(
                        PlayedArtifact(),
                        ui: RecordingInterface()
                    )
                }
            }
        }
    }

    @Test(arguments: [
        (DataSourceEndpoint.execute, DataSourceEndpoint.cancel),
        (BuilderEndpoint.run, BuilderEndpoint.cancel),
        (PostProcessorEndpoint.postProcess, PostProcessorEndpoint.cancel),
        (ProvisionerEndpoint.provision, ProvisionerEndpoint.cancel),
    ])
    func `trap 9: a cancel right behind its call is not lost`(
        _ method: String,
        _ cancel: String
    ) async throws {
        let component: PluginSession.Component =
            switch method {
            case DataSourceEndpoint.execute:
                .dataSource(
                    PlayedDataSource {
                        await untilCancelled()
                        throw CancellationError()
                    }
                )
            case BuilderEndpoint.run:
                .builder(
                    PlayedBuilder { _ in
                        await untilCancelled()
                        throw CancellationError()
                    }
                )
            case PostProcessorEndpoint.postProcess:
                .postProcessor(
                    PlayedPostProcessor { _ in
                        await untilCancelled()
                        throw CancellationError()
                    }
                )
            default:
                .provisioner(
                    PlayedProvisioner { _, _ in
                        await untilCancelled()
                        throw CancellationError()
                    }
                )
            }
        let (near, far) = InMemoryByteStream.pair()
        let serving = Task { try await PluginSession.serve(component, over: far) }
        let host = await MuxBroker(over: await .start(over: near, as: .client))
        let stream = try await host.dial(0)
        var parser = NetRPCMessageParser<NetRPCResponseHeader>()
        for round in UInt64(0)..<50 {
            // The stream that a call names is there, so that its work can begin at once.
            let line = await host.reserve()
            let body: [UInt8] =
                switch method {
                case DataSourceEndpoint.execute: try MessagePackEncoder().encode(NetRPCNothing())
                case ProvisionerEndpoint.provision:
                    try MessagePackEncoder().encode(
                        ProvisionerEndpoint.ProvisionArguments(
                            generatedData: .nil,
                            streamID: line.id
                        )
                    )
                default: try MessagePackEncoder().encode(line.id)
                }
            let call = NetRPCRequestHeader(serviceMethod: method, sequence: round * 2)
            let end = NetRPCRequestHeader(serviceMethod: cancel, sequence: round * 2 + 1)
            let nothing = try MessagePackEncoder().encode(NetRPCNothing())
            try await stream.write(
                NetRPCMessage(header: call, body: body).encoded()
                    + NetRPCMessage(header: end, body: nothing).encoded()
            )
            var replies = 0
            while replies < 2 {
                let bytes = try #require(try await stream.read(upTo: 65_536))
                parser.append(bytes)
                while try parser.next() != nil { replies += 1 }
            }
            await line.cancel()
        }
        await host.close()
        try await serving.value
    }

    @Test func `a data source whose Cancel is never answered is given up in time`() async throws {
        let (near, far) = InMemoryByteStream.pair()
        let executing = Event()
        let methods = NetRPCServer()
        for method in [DataSourceEndpoint.execute, DataSourceEndpoint.cancel] {
            try await methods.register(method) { (_: NetRPCNothing) in
                await executing.happen()
                await untilCancelled()
            }
        }
        let serving = Task { try await methods.serve(far) }
        let client = await NetRPCClient(over: near)
        var remote = RemoteDataSource(over: client)
        remote.cancelTime = .milliseconds(50)
        let source = remote
        let execution = Task { try await source.execute() }
        await executing.wait()
        execution.cancel()
        await #expect(throws: CancellationError.self) { _ = try await execution.value }
        await client.close()
        _ = await serving.result
    }

    @Test(arguments: [true, false])
    func `the plugin says once that its host is gone while its work still goes on`(
        isConnectionOpen: Bool
    ) async throws {
        let (began, mayEnd, isGone) = (Event(), Event(), Event())
        let (notices, notice) = AsyncStream<Void>.makeStream()
        // Work that no cancellation ends, as a clean-up.
        let source = PlayedDataSource {
            await began.happen()
            await mayEnd.wait()
            return []
        }
        let (near, far) = InMemoryByteStream.pair()
        let serving = Task {
            try await PluginSession.serve(.dataSource(source), over: far) {
                notice.yield()
                Task { await isGone.happen() }
            }
            notice.finish()
        }
        let host = await MuxBroker(over: await .start(over: near, as: .client))
        let stream = try await host.dial(0)
        let header = NetRPCRequestHeader(serviceMethod: DataSourceEndpoint.execute, sequence: 0)
        let nothing = try MessagePackEncoder().encode(NetRPCNothing())
        try await stream.write(NetRPCMessage(header: header, body: nothing).encoded())
        await began.wait()
        if isConnectionOpen { await stream.close() } else { await host.close() }
        await isGone.wait()
        await mayEnd.happen()
        try await serving.value
        var count = 0
        for await _ in notices { count += 1 }
        #expect(count == 1)
        await host.close()
    }

    @Test func `a plugin ends only when the deletion of its artifact has ended`() async throws {
        let (destroying, destroyed) = (Event(), Event())
        let artifact = PlayedArtifact(destroying: {
            await destroying.happen()
            await untilCancelled()
            // Some suspensions in which the plugin could have ended.
            for _ in 0..<100 { await Task.yield() }
            await destroyed.happen()
        })
        let (near, far) = InMemoryByteStream.pair()
        let serving = Task {
            try await PluginSession.serve(.builder(PlayedBuilder { _ in artifact }), over: far)
            return await destroyed.hasHappened
        }
        let session = try await HostSession(over: near)
        let made = try await session.builder.run(ui: RecordingInterface(), hook: NoHook())
        let removal = Task { try await made?.destroy() }
        await destroying.wait()
        await session.close()
        #expect(try await serving.value)
        _ = await removal.result
    }
}
