internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A Unix socket, or a TCP port of this machine alone, that takes connections.
///
/// Only this user may connect to a Unix socket. It is there before its mode is set, so its directory
/// has to be private too. Every user of the machine may connect to a port.
public final class SocketListener: Sendable {
    /// How many connections may wait to be taken from ``connections``; more are closed at once.
    public static let backlog = 64

    /// The connections in the order in which they were made, for one task.
    ///
    /// Ends with ``close()``.
    public let connections: AsyncStream<SocketStream>

    /// The TCP port; `nil` for a Unix socket.
    public var port: UInt16? { channel.localAddress?.port.map(UInt16.init) }

    private let channel: any Channel
    private let path: String?
    private let arrival: AsyncStream<SocketStream>.Continuation
    /// Whether the path is no longer this listener's: another one may have it.
    private let isOver = NIOLockedValueBox(false)

    private init(
        _ channel: any Channel,
        at path: String?,
        _ connections: AsyncStream<SocketStream>,
        _ arrival: AsyncStream<SocketStream>.Continuation
    ) {
        self.channel = channel
        self.path = path
        self.connections = connections
        self.arrival = arrival
    }

    deinit {
        removePath()
        arrival.finish()
        channel.close(promise: nil)
        Task { [connections] in
            for await stream in connections { await stream.close() }
        }
    }

    /// Listens at a path where nothing is yet.
    ///
    /// - Throws: ``SocketError``: the path is taken, too long for a socket (107 bytes on Linux), or
    ///   its directory cannot be written.
    @concurrent
    public static func listen(unixSocket path: String) async throws -> SocketListener {
        do {
            let listener = try await listen(at: path) { bootstrap in
                bootstrap.bind(unixDomainSocketPath: path)
            }
            guard unsafe chmod(path, 0o600) == 0 else {
                throw IOError(errnoCode: errno, reason: "chmod")
            }
            return listener
        } catch {
            throw SocketError(error, listeningAt: path)
        }
    }

    /// Listens on a TCP port of 127.0.0.1.
    ///
    /// - Parameter ports: The first of them that is free is taken; 0 is any.
    /// - Returns: What listens; ``port`` says where.
    /// - Throws: ``SocketError`` when none is free, or `CancellationError`.
    @concurrent
    public static func listen(loopbackPorts ports: ClosedRange<UInt16>) async throws
        -> SocketListener
    {
        for port in ports.dropLast() {
            do {
                return try await listen(loopbackPort: port)
            } catch let error as IOError where error.errnoCode == EADDRINUSE {
                try Task.checkCancellation()
            }
        }
        do {
            return try await listen(loopbackPort: ports.upperBound)
        } catch {
            throw SocketError(error, listeningAt: "127.0.0.1:\(ports.upperBound)")
        }
    }

    private static func listen(loopbackPort port: UInt16) async throws -> SocketListener {
        try await listen(at: nil) { $0.bind(host: "127.0.0.1", port: Int(port)) }
    }

    private static func listen(
        at path: String?,
        _ bind: (ServerBootstrap) -> EventLoopFuture<any Channel>
    ) async throws -> SocketListener {
        let (connections, arrival) = AsyncStream.makeStream(
            of: SocketStream.self,
            bufferingPolicy: .bufferingOldest(backlog)
        )
        let bootstrap = SocketStream.accepting { stream in
            guard case .enqueued = arrival.yield(stream) else {
                Task { await stream.close() }
                return
            }
        }
        return SocketListener(try await bind(bootstrap).get(), at: path, connections, arrival)
    }

    /// Takes no more connections and removes the socket's path.
    ///
    /// Those that were made go on; those that nobody took are closed.
    public func close() async {
        removePath()
        arrival.finish()
        try? await channel.close().get()
        for await stream in connections { await stream.close() }
    }

    private func removePath() {
        let isFirst = isOver.withLockedValue { isOver in
            defer { isOver = true }
            return !isOver
        }
        if isFirst, let path { unsafe unlink(path) }
    }
}
