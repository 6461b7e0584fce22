import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A relay on a free loopback port that can reset the connections it carries.
final class TCPRelay: Sendable {
    private let server: any Channel
    private let clients: NIOLockedValueBox<[any Channel]>

    /// The port that it listens on.
    var port: UInt16 { UInt16(server.localAddress?.port ?? 0) }

    /// Listens, and carries every connection to a port of 127.0.0.1.
    init(to port: Int) async throws {
        let clients = NIOLockedValueBox<[any Channel]>([])
        self.clients = clients
        server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { client in
                clients.withLockedValue { $0.append(client) }
                return ClientBootstrap(group: client.eventLoop)
                    .channelInitializer { $0.pipeline.addHandler(Forwarder(to: client)) }
                    .connect(host: "127.0.0.1", port: port)
                    .flatMap { client.pipeline.addHandler(Forwarder(to: $0)) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    /// Resets (RST) every connection that it carries.
    func reset() async throws {
        for client in clients.withLockedValue({ $0 }) {
            // Closing with a linger time of 0 sends RST instead of FIN.
            let options = client as? any SocketOptionProvider
            try await options?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
            try await client.close().get()
        }
    }

    func close() async throws {
        try await server.close().get()
    }
}

private final class Forwarder: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    private let other: any Channel

    init(to other: any Channel) {
        self.other = other
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        other.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        other.close(promise: nil)
    }
}
