import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One connection of a ``FaultProxy``: two channels of one event loop, and what goes between them.
final class ProxiedConnection: Sendable {
    private struct Ends {
        var server: (any Channel)?
        var pumps: [FaultProxy.Direction: Pump] = [:]
    }

    private let client: any Channel
    private let delay: Duration
    private let bytesPerSecond: Int?
    private let ends = NIOLockedValueBox(Ends())

    init(_ client: any Channel, _ delay: Duration, _ bytesPerSecond: Int?) {
        self.client = client
        self.delay = delay
        self.bytesPerSecond = bytesPerSecond
    }

    /// Meets the client as it is told to; the future ends with the connection to the server.
    func begin(
        _ greeting: FaultProxy.Greeting,
        _ host: String,
        _ port: Int,
        _ plans: [FaultProxy.Plan]
    ) -> EventLoopFuture<Void> {
        switch greeting {
        case .silence: return client.eventLoop.makeSucceededVoidFuture()
        case .reset: return client.pipeline.addHandler(ResetAtOnce(connection: self))
        case .relay, .banner: break
        }
        return ClientBootstrap(group: client.eventLoop)
            .channelOption(.autoRead, value: false)
            .connect(host: host, port: port)
            .flatMap { server in
                let toServer = self.pump(.toServer, from: self.client, to: server, plans)
                let toClient = self.pump(.toClient, from: server, to: self.client, plans)
                if greeting == .banner { toClient.stallAfterLine() }
                self.ends.withLockedValue {
                    $0.server = server
                    $0.pumps = [.toServer: toServer, .toClient: toClient]
                }
                return self.client.pipeline.addHandler(toServer).flatMap {
                    server.pipeline.addHandler(toClient)
                }
            }
    }

    func passed(_ direction: FaultProxy.Direction) -> Int {
        ends.withLockedValue { $0.pumps[direction] }?.passed ?? 0
    }

    /// From any thread: a fault at the place where both streams are now.
    func inject(_ fault: FaultProxy.Fault) {
        let pumps = ends.withLockedValue { Array($0.pumps.values) }
        client.eventLoop.execute {
            for pump in pumps { pump.perform(fault) }
        }
    }

    /// RST to both sides.
    func reset() {
        for channel in channels {
            // Closing with a linger time of 0 sends RST instead of FIN.
            let options = channel as? any SocketOptionProvider
            let set = options?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
            (set ?? channel.eventLoop.makeSucceededVoidFuture()).whenComplete { _ in
                channel.close(promise: nil)
            }
        }
    }

    /// Nothing passes any more, either way, and both sides stay open.
    func silence() {
        for pump in ends.withLockedValue({ Array($0.pumps.values) }) { pump.silence() }
    }

    func close() {
        silence()
        for channel in channels { channel.close(promise: nil) }
    }

    private var channels: [any Channel] {
        guard let server = ends.withLockedValue({ $0.server }) else { return [client] }
        return [client, server]
    }

    private func pump(
        _ direction: FaultProxy.Direction,
        from source: any Channel,
        to target: any Channel,
        _ plans: [FaultProxy.Plan]
    ) -> Pump {
        Pump(
            from: source,
            to: target,
            of: self,
            plans.filter { $0.direction == direction }.sorted { $0.byte < $1.byte },
            delay: delay,
            bytesPerSecond: bytesPerSecond
        )
    }
}

private final class ResetAtOnce: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    private let connection: ProxiedConnection

    init(connection: ProxiedConnection) {
        self.connection = connection
    }

    func channelActive(context: ChannelHandlerContext) {
        connection.reset()
    }
}
