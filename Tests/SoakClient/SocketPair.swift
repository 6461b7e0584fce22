import SocketStreams
import TestSupport

/// A connection in this process, over a Unix socket.
struct SocketPair {
    /// The end that connected.
    let near: SocketStream
    /// The end that was listened for.
    let far: SocketStream
    private let listener: SocketListener
    private let folder: TemporaryDirectory

    init() async throws {
        folder = try TemporaryDirectory()
        let path = folder["socket"]
        listener = try await SocketListener.listen(unixSocket: path)
        near = try await SocketStream.connect(unixSocket: path, timeout: .seconds(10))
        guard let far = await listener.connections.first(where: { _ in true }) else {
            throw SoakClientError("the listener has taken no connection")
        }
        self.far = far
    }

    /// Ends the listening; the streams are closed by whoever uses them.
    func close() async { await listener.close() }
}
