internal import ByteStreams
internal import NetRPC
internal import Yamux

/// Streams that carry calls.
extension MuxBroker {
    /// Calls what the other side serves on a stream whose number it gave out.
    ///
    /// - Throws: As ``dial(_:)``.
    func client(dialling id: UInt32) async throws -> NetRPCClient {
        let stream = try await dial(id)
        guard let trace else { return await NetRPCClient(over: stream) }
        let giver = trace.giver(dialled: true)
        return await NetRPCClient(
            over: trace.observing(stream, id, from: giver, as: .caller)
        )
    }

    /// The stream of a number that was given out here, to serve calls on it.
    nonisolated func serving(_ stream: YamuxStream, _ id: UInt32) -> any ByteStream {
        guard let trace else { return stream }
        return trace.observing(stream, id, from: trace.giver(dialled: false), as: .server)
    }
}
