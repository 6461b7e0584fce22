internal import Deadlines
internal import PackerRPC
internal import SocketStreams

/// How a plugin and its host reach each other.
enum PluginTransport: String, Sendable, CaseIterable {
    /// A Unix socket, as Packer expects it where there are some.
    case unix
    /// A TCP port of 127.0.0.1, as Packer's plugins on Windows have it. Every user of the machine may
    /// connect to it.
    case tcp
    /// The process's input and output; of hosts that are made with this library.
    case stdio

    /// How long the host has to connect; Packer gives a plugin a minute to start.
    private static let connectionTime = Duration.seconds(60)

    /// Tells the host where, and waits for it.
    ///
    /// - Parameters:
    ///   - form: Of the line that tells it.
    ///   - ports: Of ``tcp``.
    /// - Returns: The connection with the host.
    /// - Throws: ``PackerRPCError`` when nobody connects or reads the line; `SocketError`.
    func connect(
        _ form: HandshakeLine.Form,
        ports: ClosedRange<UInt16>
    ) async throws -> SocketStream {
        let output = try HostOutput.take()
        switch self {
        case .unix:
            let path = PluginSocket.path()
            PluginSignals.removeAtEnd(path)
            let listener = try await PluginSocket.listen(at: path)
            return try await host(of: listener, at: .unix(path: path), form, output)
        case .tcp:
            let listener = try await SocketListener.listen(loopbackPorts: ports)
            let address = HandshakeLine.Address.tcp(
                host: "127.0.0.1",
                port: listener.port ?? ports.lowerBound
            )
            return try await host(of: listener, at: address, form, output)
        case .stdio:
            return try await output.writeAndContinue(HandshakeLine(.stdio, form: form).encoded)
        }
    }

    private func host(
        of listener: SocketListener,
        at address: HandshakeLine.Address,
        _ form: HandshakeLine.Form,
        _ output: HostOutput
    ) async throws -> SocketStream {
        let late = PackerRPCError(
            .connectionLost,
            "nobody connected within \(Self.connectionTime); Packer connects at once"
        )
        do {
            try output.write(HandshakeLine(address, form: form).encoded)
            let connection = try await withDeadline(Self.connectionTime, throwing: late) {
                for await connection in listener.connections { return connection }
                throw CancellationError()
            }
            await listener.close()
            return connection
        } catch {
            await listener.close()
            throw error
        }
    }
}
