/// A two-way stream of bytes: a socket, a pipe pair, an SSH channel, or a pair in memory.
///
/// Everything above the transport sees only this, so an SSH connection runs over TCP, over a proxy
/// command or through a channel of another connection without knowing which.
///
/// **Concurrency.** One task reads and one task writes at a time; the two may be different tasks
/// and run at once. ``close()`` may be called from anywhere, more than once, and ends both.
///
/// **Cancellation.** A cancelled ``read(upTo:)`` or ``write(_:)`` throws `CancellationError`. After
/// a cancelled write it is unknown how many bytes left; the stream is only good for closing.
///
/// **Deadlines** are the caller's: a stream waits as long as its peer does.
public protocol ByteStream: Sendable {
    /// The next bytes, at most `count` of them.
    ///
    /// - Returns: At least one byte, or `nil` once the peer has finished its side. `nil` is not an
    ///   error and repeats for ever.
    /// - Throws: What broke the stream: a reset, a local close, or cancellation.
    func read(upTo count: Int) async throws -> [UInt8]?

    /// Writes all of `bytes` in order; returns when the stream can take more.
    ///
    /// Returning does not mean that the peer has them.
    func write(_ bytes: [UInt8]) async throws

    /// Says that no more bytes will be written; the peer reads to its end. Reading goes on.
    func finishWriting() async throws

    /// Ends both directions at once. Waiting reads and writes throw ``ByteStreamError/closed``.
    func close() async
}

/// Why a ``ByteStream`` could not go on, beside what the system itself reports.
public enum ByteStreamError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The stream was closed on this side.
    case closed
    /// The peer went away without finishing.
    case reset(String)

    /// What happened, as a clause.
    public var description: String {
        switch self {
        case .closed: "the stream is closed"
        case .reset(let reason): "the stream broke: \(reason)"
        }
    }
}
