package import Yamux

/// A number that was given out for a stream which the other side is to open.
package struct BrokerReservation: Sendable {
    /// The number, never 0: that means "no stream" in a message.
    package let id: UInt32
    private let broker: MuxBroker

    init(id: UInt32, broker: MuxBroker) {
        self.id = id
        self.broker = broker
    }

    /// Waits for the stream; once.
    ///
    /// - Throws: ``PackerRPCError`` when the other side does not open it in time, or the connection
    ///   is gone; `CancellationError`.
    package func accept() async throws -> YamuxStream {
        try await broker.accept(id)
    }

    /// Takes the number back.
    ///
    /// A stream that has come is reset, and whoever waits for it gets `CancellationError`. After
    /// ``accept()`` it does nothing.
    package func cancel() async {
        await broker.cancel(id)
    }
}
