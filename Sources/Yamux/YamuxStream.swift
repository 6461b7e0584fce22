internal import ByteStreams

/// One stream of a ``YamuxSession``.
///
/// **Half-close.** ``finishWriting()`` ends this side's direction and the peer's goes on. Beware
/// that Go's `Close` looks the same on the wire: after it, a Go peer reads no more, and what is
/// written to it fills its window and then waits until the stream or the session is closed. So when
/// a stream's end was read, write to it only what the other side is known to wait for.
///
/// **Back-pressure.** The peer has 256 KiB of each stream in flight or unread at most; a stream
/// that nobody reads does not hold up the others.
///
/// A stream that is dropped without ``close()`` is reset.
package final class YamuxStream: ByteStream, CustomStringConvertible {
    let id: StreamID
    let session: YamuxSession

    init(id: StreamID, session: YamuxSession) {
        self.id = id
        self.session = session
    }

    deinit {
        // A deinitializer cannot wait.
        Task { [id, session] in await session.forget(id) }
    }

    /// The stream's number on the wire: odd where the client opened it, else even.
    package var number: UInt32 { id.rawValue }

    /// For messages.
    package var description: String { "yamux stream \(id)" }

    /// The next bytes from the peer, or `nil` once it has finished.
    ///
    /// - Throws: `ByteStreamError`: `.closed` after ``close()``, `.reset` once the stream was cut
    ///   off, even with bytes unread; ``YamuxError`` once the session is over and what had arrived
    ///   is read; `CancellationError`, with nothing lost.
    package func read(upTo count: Int) async throws -> [UInt8]? {
        try await session.read(id, upTo: count)
    }

    /// Writes all of `bytes`; returns when the connection is next to take the last of them.
    ///
    /// Waits for as long as the peer's application does not read; the deadline is the caller's.
    ///
    /// - Throws: As ``read(upTo:)``. After a cancelled write the peer may have a part of it; the
    ///   stream can then only be closed, and the peer sees a reset.
    package func write(_ bytes: [UInt8]) async throws {
        try await session.write(bytes, to: id)
    }

    /// Ends this side's direction; a second call does nothing.
    package func finishWriting() async throws {
        try await session.finish(id)
    }

    /// Ends both directions.
    ///
    /// The peer reads to the end of what was written. What it still sends is passed over, up to
    /// what it was allowed; then it is told by a reset that nobody reads it.
    package func close() async {
        await session.close(id)
    }

    /// Cuts the stream off: the peer's reads and writes fail, and what is under way is lost.
    package func reset() async {
        await session.reset(id)
    }
}
