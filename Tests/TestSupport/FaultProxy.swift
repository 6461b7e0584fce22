import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A relay on a free port of 127.0.0.1 that does to the connections it carries what networks do.
///
/// What it is to do is planned by byte ("after 20,000 bytes to the client, reset"), or happens when
/// a test says so, with ``inject(_:)``. It ends with ``close()``.
package final class FaultProxy: Sendable {
    /// Which way bytes go.
    package enum Direction: Sendable, CaseIterable {
        /// From whom the proxy accepted to whom it connected.
        case toServer
        /// Back.
        case toClient
    }

    /// What can happen to a connection.
    package enum Fault: Sendable {
        /// RST to both sides.
        case reset
        /// FIN to the side that the bytes go to; the other side's connection is closed.
        case finish
        /// The bytes stop and the connection stays.
        case stall
        /// The lowest bit of one byte changes.
        case flip
    }

    /// A fault at a place of the stream.
    package struct Plan: Sendable {
        /// What happens.
        package var fault: Fault
        /// To the bytes that go which way.
        package var direction: Direction
        /// How many of them pass before.
        package var byte: Int
        /// Whether it happens to every connection, or to the first one only.
        package var isForEvery: Bool

        /// A fault after so many bytes one way.
        package init(
            _ fault: Fault,
            _ direction: Direction,
            at byte: Int,
            isForEvery: Bool = false
        ) {
            self.fault = fault
            self.direction = direction
            self.byte = byte
            self.isForEvery = isForEvery
        }
    }

    /// What whoever connects meets.
    package enum Greeting: Sendable {
        /// The server.
        case relay
        /// RST, at once.
        case reset
        /// Nobody who says a word: half open.
        case silence
        /// The server's first line, and nothing after it either way.
        case banner
    }

    private let listener: any Channel
    private let connections: NIOLockedValueBox<[ProxiedConnection]>

    /// The port that it listens on.
    package var port: Int { listener.localAddress?.port ?? 0 }

    /// How many connections it has accepted.
    package var connectionCount: Int { connections.withLockedValue { $0.count } }

    /// Listens, and carries every connection to a server.
    ///
    /// - Parameters:
    ///   - host: Where the server is.
    ///   - port: Its port.
    ///   - plans: What happens at which byte.
    ///   - greeting: What whoever connects meets.
    ///   - delay: How much later everything arrives, each way.
    ///   - bytesPerSecond: How fast everything arrives, each way; `nil` for as fast as it can.
    /// - Throws: What the system says when there is no free port.
    package init(
        to host: String = "127.0.0.1",
        port: Int,
        _ plans: [Plan] = [],
        greeting: Greeting = .relay,
        delay: Duration = .zero,
        bytesPerSecond: Int? = nil
    ) async throws {
        let connections = NIOLockedValueBox<[ProxiedConnection]>([])
        self.connections = connections
        listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { client in
                let connection = ProxiedConnection(client, delay, bytesPerSecond)
                let isFirst = connections.withLockedValue {
                    $0.append(connection)
                    return $0.count == 1
                }
                let plans = plans.filter { isFirst || $0.isForEvery }
                return connection.begin(greeting, host, port, plans)
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    /// How many bytes have passed one way, of the connection with the most of them; those that were
    /// accepted before a number of others do not count.
    package func passed(_ direction: Direction, sinceConnection first: Int = 0) -> Int {
        connections.withLockedValue { $0.dropFirst(first) }.map { $0.passed(direction) }.max() ?? 0
    }

    /// Does something to every connection that it carries now, both ways.
    package func inject(_ fault: Fault) {
        for connection in connections.withLockedValue({ $0 }) { connection.inject(fault) }
    }

    /// Ends every connection and listens no more.
    package func close() async throws {
        try await listener.close().get()
        for connection in connections.withLockedValue({ $0 }) { connection.close() }
    }
}

/// Runs `body` with a proxy, and closes it afterwards.
package func withFaultProxy<Value>(
    _ proxy: FaultProxy,
    _ body: (FaultProxy) async throws -> Value
) async throws -> Value {
    do {
        let value = try await body(proxy)
        try await proxy.close()
        return value
    } catch {
        try? await proxy.close()
        throw error
    }
}
