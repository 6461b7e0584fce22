public import ByteStreams
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix

/// A TCP connection, one to a Unix socket, or two pipes, as a ``ByteStream``.
///
/// Reading is pull-based: when nobody reads, at most ``highWater`` bytes are taken from the socket
/// and the rest waits in the kernel, so the peer feels it. One that is dropped is closed.
public final class SocketStream: ByteStream {
    /// How many unread bytes are held before the socket is left alone, about.
    public static let highWater = 1_048_576

    let channel: any Channel
    private let inbox: SocketInbox

    init(channel: any Channel, inbox: SocketInbox) {
        self.channel = channel
        self.inbox = inbox
    }

    deinit {
        inbox.close()
        channel.close(promise: nil)
    }

    /// Connects to a TCP port.
    ///
    /// All addresses of the host are tried (RFC 8305). Cancelling returns at once.
    ///
    /// - Throws: ``SocketError``, or `CancellationError`.
    @concurrent
    public static func connect(
        host: String,
        port: UInt16,
        timeout: Duration
    ) async throws -> SocketStream {
        try await connect(timeout: timeout) { bootstrap in
            bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .connect(host: host, port: Int(port))
        } failure: { error in
            SocketError(error, host: host, port: port)
        }
    }

    /// Connects to a Unix socket.
    ///
    /// Cancelling returns at once.
    ///
    /// - Throws: ``SocketError``, or `CancellationError`.
    @concurrent
    public static func connect(unixSocket path: String, timeout: Duration) async throws
        -> SocketStream
    {
        try await connect(timeout: timeout) { bootstrap in
            bootstrap.connect(unixDomainSocketPath: path)
        } failure: { error in
            SocketError(error, path: path)
        }
    }

    /// How much is read at a time: more while more is there.
    static let readSizes = AdaptiveRecvByteBufferAllocator(
        minimum: 4_096,
        initial: 65_536,
        maximum: 262_144
    )

    /// A server whose connections are given to `take` on their event loop.
    static func accepting(_ take: @escaping @Sendable (SocketStream) -> Void) -> ServerBootstrap {
        ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelOption(.recvAllocator, value: readSizes)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let inbox = SocketInbox()
                    try channel.pipeline.syncOperations.addHandlers(
                        inbox,
                        ActiveChannelHandler {
                            take(SocketStream(channel: channel, inbox: inbox))
                        }
                    )
                }
            }
    }

    private static func connect(
        timeout: Duration,
        _ connect: @escaping @Sendable (ClientBootstrap) -> EventLoopFuture<any Channel>,
        failure: @escaping @Sendable (any Error) -> SocketError
    ) async throws -> SocketStream {
        let race = ConnectRace()
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.maxMessagesPerRead, value: 4)
            .channelOption(.recvAllocator, value: readSizes)
            .connectTimeout(.nanoseconds(timeout.nanoseconds))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(SocketInbox())
                }
            }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                race.start(continuation)
                let inbox = NIOLockedValueBox<SocketInbox?>(nil)
                connect(bootstrap)
                    .flatMap { channel in
                        channel.pipeline.handler(type: SocketInbox.self).map { found in
                            inbox.withLockedValue { $0 = found }
                            return channel
                        }
                    }
                    .whenComplete { result in
                        switch result {
                        case .success(let channel):
                            guard let found = inbox.withLockedValue({ $0 }) else {
                                return race.end(.failure(ByteStreamError.closed))
                            }
                            race.end(.success(SocketStream(channel: channel, inbox: found)))
                        case .failure(let error):
                            race.end(.failure(failure(error)))
                        }
                    }
            }
        } onCancel: {
            race.end(.failure(CancellationError()))
        }
    }

    /// The next bytes from the socket, or `nil` when the peer has finished.
    public func read(upTo count: Int) async throws -> [UInt8]? {
        try await inbox.read(upTo: count)
    }

    /// Hands `bytes` to the kernel; returns when it has taken them all.
    public func write(_ bytes: [UInt8]) async throws {
        let channel = self.channel
        try Task.checkCancellation()
        do {
            try await withTaskCancellationHandler {
                try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
            } onCancel: {
                channel.close(promise: nil)
            }
        } catch {
            try Task.checkCancellation()
            throw failure(error)
        }
    }

    /// Shuts the sending side down (a FIN); once it is, does nothing.
    ///
    /// - Throws: ``ByteStreamError``.
    public func finishWriting() async throws {
        do {
            try await channel.close(mode: .output).get()
        } catch ChannelError.outputClosed {
            return
        } catch {
            throw failure(error)
        }
    }

    private func failure(_ error: any Error) -> ByteStreamError {
        inbox.isClosed ? .closed : .reset(SocketError.text(of: error))
    }

    /// Closes the socket; what is still to be written is dropped.
    public func close() async {
        inbox.close()
        try? await channel.close().get()
    }
}

/// Says when a channel can be used.
private final class ActiveChannelHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let act: @Sendable () -> Void

    init(_ act: @escaping @Sendable () -> Void) { self.act = act }

    func channelActive(context: ChannelHandlerContext) {
        act()
        context.fireChannelActive()
    }
}

/// A connection attempt that ends once: with a stream, an error, or a cancellation.
private final class ConnectRace: Sendable {
    private enum State {
        case idle
        case waiting(CheckedContinuation<SocketStream, any Error>)
        case ended
    }
    private let state = NIOLockedValueBox(State.idle)

    func start(_ continuation: CheckedContinuation<SocketStream, any Error>) {
        let isLate = state.withLockedValue { state in
            guard case .idle = state else { return true }
            state = .waiting(continuation)
            return false
        }
        if isLate { continuation.resume(throwing: CancellationError()) }
    }

    func end(_ result: Result<SocketStream, any Error>) {
        let old = state.withLockedValue { state in
            defer { state = .ended }
            return state
        }
        switch (old, result) {
        case (.waiting(let continuation), _):
            continuation.resume(with: result)
        case (.ended, .success(let late)):
            Task { await late.close() }
        case (.idle, _), (.ended, .failure):
            break
        }
    }
}

extension Duration {
    /// The whole nanoseconds, held to a year: a clock that adds more may overflow.
    fileprivate var nanoseconds: Int64 {
        let held = components.seconds > 31_536_000 ? .seconds(31_536_000) : self
        guard held > .zero else { return 0 }
        return held.components.seconds * 1_000_000_000
            + held.components.attoseconds / 1_000_000_000
    }
}
