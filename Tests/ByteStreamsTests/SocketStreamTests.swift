import ByteStreams
import NIOCore
import NIOPosix
import SocketStreams
import Testing

@Suite struct SocketStreamTests {
    /// A server on a free loopback port that does `behaviour` with every connection.
    private func withServer(
        _ behaviour: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>,
        _ body: (UInt16) async throws -> Void
    ) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer(behaviour)
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            try await body(UInt16(server.localAddress?.port ?? 0))
        } catch {
            try await server.close()
            throw error
        }
        try await server.close()
    }

    private func connect(_ port: UInt16) async throws -> SocketStream {
        try await SocketStream.connect(host: "127.0.0.1", port: port, timeout: .seconds(10))
    }

    @Test func `8 MiB come back whole from a server that echoes`() async throws {
        try await withServer({ $0.pipeline.addHandler(Echo()) }) { port in
            let stream = try await connect(port)
            let block = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
            async let writing: Void = {
                for _ in 0..<128 { try await stream.write(block) }
                try await stream.finishWriting()
            }()
            var count = 0
            var isSame = true
            while let bytes = try await stream.read(upTo: 50_000) {
                let start = count % block.count
                let straight = min(bytes.count, block.count - start)
                isSame = isSame && bytes[..<straight] == block[start..<start + straight]
                isSame = isSame && bytes[straight...] == block[..<(bytes.count - straight)]
                count += bytes.count
            }
            try await writing
            #expect(count == 128 * block.count)
            #expect(isSame)
            await stream.close()
        }
    }

    @Test func `a port where nothing listens is refused with its name`() async throws {
        var free: UInt16 = 0
        try await withServer({ $0.eventLoop.makeSucceededVoidFuture() }) { free = $0 }
        do {
            _ = try await connect(free)
            Issue.record("connected to a closed port")
        } catch let error as SocketError {
            #expect(error.kind == .refused)
            #expect(error.description.contains("127.0.0.1:\(free)"))
        }
    }

    @Test func `a name without an address is told so`() async throws {
        do {
            _ = try await SocketStream.connect(
                host: "no-such-host.invalid",
                port: 1,
                timeout: .seconds(10)
            )
            Issue.record("connected to nowhere")
        } catch let error as SocketError {
            #expect(error.kind == .unknownHost)
        }
    }

    @Test func `a peer that closes is read to its end`() async throws {
        try await withServer({ $0.pipeline.addHandler(Farewell()) }) { port in
            let stream = try await connect(port)
            var got: [UInt8] = []
            while let bytes = try await stream.read(upTo: 2) { got += bytes }
            #expect(got == Array("bye".utf8))
        }
    }

    @Test func `a cancelled read throws at once and the stream stays good`() async throws {
        try await withServer({ $0.pipeline.addHandler(Echo()) }) { port in
            let stream = try await connect(port)
            let reading = Task { try await stream.read(upTo: 1) }
            reading.cancel()
            await #expect(throws: CancellationError.self) { try await reading.value }
            try await stream.write([7])
            #expect(try await stream.read(upTo: 1) == [7])
            await stream.close()
        }
    }

    @Test func `closing ends a waiting read`() async throws {
        try await withServer({ $0.eventLoop.makeSucceededVoidFuture() }) { port in
            let stream = try await connect(port)
            let reading = Task { try await stream.read(upTo: 1) }
            await stream.close()
            await #expect(throws: ByteStreamError.closed) { try await reading.value }
        }
    }

    @Test func `finishing twice does nothing, and after closing says so`() async throws {
        try await withServer({ $0.eventLoop.makeSucceededVoidFuture() }) { port in
            let stream = try await connect(port)
            try await stream.finishWriting()
            try await stream.finishWriting()
            await stream.close()
            await #expect(throws: ByteStreamError.closed) { try await stream.finishWriting() }
            await #expect(throws: ByteStreamError.closed) { try await stream.write([1]) }
        }
    }

    @Test func `finishing a stream that its peer has reset says so`() async throws {
        try await withServer({ $0.pipeline.addHandler(Reset()) }) { port in
            let stream = try await connect(port)
            try await stream.write([1])
            await #expect(throws: ByteStreamError.self) { try await stream.read(upTo: 1) }
            let error = await #expect(throws: ByteStreamError.self) {
                try await stream.finishWriting()
            }
            #expect(error == .reset("the connection was closed"))
            await stream.close()
        }
    }

    /// The write or the read meets the reset first; neither is an orderly end.
    @Test(arguments: 0..<50)
    func `a reset that a write meets is not an end of the stream`(_ round: Int) async throws {
        try await withServer({ $0.pipeline.addHandler(Reset()) }) { port in
            let stream = try await connect(port)
            do {
                while true { try await stream.write([1]) }
            } catch is ByteStreamError {
                await #expect(throws: ByteStreamError.self) { try await stream.read(upTo: 1) }
            }
            await stream.close()
        }
    }

    @Test func `an unread stream holds its peer back`() async throws {
        let flood = Flood()
        try await withServer({ $0.pipeline.addHandler(flood) }) { port in
            let stream = try await connect(port)
            // The peer stops when the kernel's buffers and ours are full; then nothing more leaves.
            await flood.waitUntilHeldBack()
            let taken = flood.written
            #expect(taken < 64 * 1_048_576)
            #expect(try await stream.read(upTo: 1_000) != nil)
            await stream.close()
        }
    }
}

private final class Echo: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.writeAndFlush(data, promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else { return }
        // Only after what is still to be written: closing drops it.
        let channel = context.channel
        channel.writeAndFlush(ByteBuffer()).whenComplete { _ in
            channel.close(mode: .output, promise: nil)
        }
    }
}

private final class Farewell: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        channel.writeAndFlush(ByteBuffer(string: "bye")).whenComplete { _ in
            channel.close(promise: nil)
        }
    }
}

/// Ends a connection at its first byte so that its peer is told of a fault (RST).
private final class Reset: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let channel = context.channel
        guard let socket = channel as? any SocketOptionProvider else { return }
        // A `struct linger`: on, for no time.
        let linger: (Int32, Int32) = (1, 0)
        let option = socket.unsafeSetSocketOption(level: .socket, name: .so_linger, value: linger)
        option.whenComplete { _ in channel.close(promise: nil) }
    }
}

/// Writes as long as its channel can take more, and tells when it cannot.
private final class Flood: ChannelInboundHandler, @unchecked Sendable {
    // Everything but the stream is touched on the event loop; `written` is read after it stopped.
    typealias InboundIn = ByteBuffer
    private let block = ByteBuffer(repeating: 1, count: 65_536)
    private(set) var written = 0
    private let stops: AsyncStream<Void>
    private let stop: AsyncStream<Void>.Continuation

    init() {
        (stops, stop) = AsyncStream.makeStream()
    }

    func waitUntilHeldBack() async {
        for await _ in stops { return }
    }

    func channelActive(context: ChannelHandlerContext) {
        pour(context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { pour(context) }
    }

    private func pour(_ context: ChannelHandlerContext) {
        while context.channel.isWritable, written < 128 * 1_048_576 {
            written += block.readableBytes
            context.writeAndFlush(NIOAny(block), promise: nil)
        }
        if !context.channel.isWritable { stop.yield() }
    }
}
