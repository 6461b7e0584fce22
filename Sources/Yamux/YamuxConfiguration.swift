/// The limits of a session.
///
/// The defaults are those of hashicorp/yamux where it has one.
package struct YamuxConfiguration: Sendable, Hashable {
    /// How many streams the peer may have opened that nobody has accepted; one more is reset, as Go
    /// does.
    ///
    /// Also how many streams this side opens before one is answered: Go assumes the limit to be the
    /// same on both sides and so never runs into it.
    package var acceptBacklog = 256
    /// How many streams there may be, of both sides.
    ///
    /// Go has no limit; Packer needs about a dozen a build, so this bounds what a hostile peer can
    /// make this side hold.
    package var maximumStreams = 1024
    /// How many bytes may have arrived unread, over all streams.
    ///
    /// Each stream's window bounds only itself; a stream that would go beyond this sum is reset.
    package var maximumBufferedBytes = 67_108_864
    /// How often the peer is asked for a sign of life; `nil` for never.
    package var keepAliveInterval: Duration? = .seconds(30)
    /// How long the peer may take to read what is written to it, and to answer a ping.
    ///
    /// It protects from a peer that holds the connection open and does not read it.
    package var writeTimeout = Duration.seconds(10)
    /// How long the peer may leave a stream that this side opened without any sign of having
    /// accepted it.
    package var streamOpenTimeout = Duration.seconds(75)
    /// How long the peer may leave its direction open after this side has closed a stream.
    package var streamCloseTimeout = Duration.seconds(300)

    /// The defaults.
    package init() {}

    /// The longest payload of a frame that is sent, so that a bulk stream does not keep the others
    /// from the wire for long.
    ///
    /// Go's `io.Copy` makes frames of half this size.
    static let maximumPayload = 65_536
    /// By how much a timer may be late before that tells more about this machine than about the
    /// peer: it was suspended, or far too busy.
    static let lateness = Duration.seconds(1)
    /// How much is read from the connection at once, at most.
    static let readSize = 131_072
    /// How much is written to the connection at once, about: large enough that the cost of a write
    /// does not count, small enough to stay in a cache on its way.
    static let batchSize = 131_072
    /// Up to how many bytes that wait for the connection a write is taken without waiting.
    ///
    /// Beyond it writers take turns.
    static let promptBytes = 65_536
    /// How many bytes may wait for the connection before the peer's frames are no longer read.
    ///
    /// Only answers get this far: a peer that asks (by pings, by streams to refuse) and does not
    /// read must not fill the memory. It is then caught by the write timeout.
    static let pauseBytes = 262_144
}
