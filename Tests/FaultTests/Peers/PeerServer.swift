import NIOCore
import NIOPosix

/// A TCP server on a free port of 127.0.0.1 that treats every connection as a script says.
struct PeerServer: Sendable {
    /// What is done with one connection; it is closed when the script returns or throws.
    typealias Script = @Sendable (PeerSocket) async throws -> Void

    /// Where it listens.
    let port: UInt16

    /// Serves while `body` runs; every connection is gone afterwards.
    static func serving<Value: Sendable>(
        _ script: @escaping Script,
        _ body: @escaping @Sendable (PeerServer) async throws -> Value
    ) async throws -> Value {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .bind(host: "127.0.0.1", port: 0) { client in
                client.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: client
                    )
                }
            }
        let port = UInt16(listener.channel.localAddress?.port ?? 0)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await listener.executeThenClose { clients in
                    try await withThrowingDiscardingTaskGroup { connections in
                        for try await client in clients {
                            connections.addTask { await serve(client, script) }
                        }
                    }
                }
                return nil
            }
            group.addTask { try await body(PeerServer(port: port)) }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }

    private static func serve(
        _ client: NIOAsyncChannel<ByteBuffer, ByteBuffer>,
        _ script: Script
    ) async {
        // A client that leaves in the middle of a script is what most scripts are for.
        try? await client.executeThenClose { inbound, outbound in
            try await script(PeerSocket(inbound.makeAsyncIterator(), outbound))
        }
    }
}

/// One accepted connection; bytes wait until they are asked for.
final class PeerSocket {
    /// The client has closed its side.
    struct Ended: Error {}

    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var held: [UInt8] = []

    init(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.inbound = inbound
        self.outbound = outbound
    }

    /// Sends bytes; waits while the client does not take them.
    func write(_ bytes: [UInt8]) async throws {
        try Task.checkCancellation()
        try await outbound.write(ByteBuffer(bytes: bytes))
    }

    /// Exactly so many bytes.
    func read(_ count: Int) async throws -> [UInt8] {
        while held.count < count { try await more() }
        defer { held.removeFirst(count) }
        return Array(held.prefix(count))
    }

    /// A line without its end.
    func line() async throws -> [UInt8] {
        while true {
            if let end = held.firstIndex(of: 0x0A) {
                let line = Array(held[..<end])
                held.removeSubrange(...end)
                return line.last == 0x0D ? line.dropLast() : line
            }
            try await more()
        }
    }

    /// Takes whatever comes until the client leaves.
    func waitForEnd() async throws {
        while true {
            held = []
            try await more()
        }
    }

    private func more() async throws {
        guard let bytes = try await inbound.next(isolation: #isolation) else { throw Ended() }
        held += bytes.readableBytesView
    }
}
