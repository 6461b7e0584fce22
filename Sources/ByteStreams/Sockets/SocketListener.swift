internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A Unix socket that takes connections.
///
/// Only this user may connect to it. It is there before its mode is set, so its directory has to be
/// private too.
public final class SocketListener: Sendable {
    /// How many connections may wait to be taken from ``connections``; more are closed at once.
    public static let backlog = 64

    /// The connections in the order in which they were made, for one task.
    ///
    /// Ends with ``close()``.
    public let connections: AsyncStream<SocketStream>

    private let channel: any Channel
    private let path: String
    private let arrival: AsyncStream<SocketStream>.Continuation
    /// Whether the path is no longer this listener's: another one may have it.
    private let isOver = NIOLockedValueBox(false)

    private init(
        _ channel: any Channel,
        at path: String,
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
        do {
            let channel = try await bootstrap.bind(unixDomainSocketPath: path).get()
            let listener = SocketListener(channel, at: path, connections, arrival)
            guard unsafe chmod(path, 0o600) == 0 else {
                throw IOError(errnoCode: errno, reason: "chmod")
            }
            return listener
        } catch {
            throw SocketError(error, listeningAt: path)
        }
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
        if isFirst { unsafe unlink(path) }
    }
}
