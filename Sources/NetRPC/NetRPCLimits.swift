package import MessagePack

/// How much a peer may make this side hold.
package struct NetRPCLimits: Sendable, Hashable {
    /// The largest body of a message, and how deep and dense it may be.
    package var body = MessagePackLimits.standard

    /// The largest header of a message, in bytes: of one that is taken and of one that is sent.
    ///
    /// A header holds a method's name, which may contain a file's path, and an error's text, which
    /// may quote many errors.
    package var headerSize = 1 << 20

    /// The longest text of an error that is sent, in bytes; what is longer is cut.
    ///
    /// The method's name has the rest of ``headerSize``; a response repeats as much of it.
    package var errorSize = 512 << 10

    /// How many calls of a client may wait for their replies.
    ///
    /// A build has some ten at a time: relayed lines of text, progress, and what they belong to.
    package var pendingCalls = 1024

    /// How many requests of one stream a server works on at once; more are refused with an error.
    ///
    /// As many as a client has calls. They are not held back, because who does not read does not
    /// learn that the peer is gone, nor of the request (`Cancel`) that ends the others.
    package var concurrentRequests = 1024

    /// How many bytes the arguments of those requests may have in all; a single one may have more.
    ///
    /// Decoded they take some times as much, and they are held for as long as the request is worked
    /// on. Real ones have a few KiB.
    package var requestBytes = 64 << 20

    /// How long the peer may take for a reply once no more requests can come.
    package var lastReplyTime = Duration.seconds(5)

    /// How many bytes are asked of the stream at once.
    package var readSize = 64 << 10

    /// The limits for Packer's wire.
    package static let standard = NetRPCLimits()

    /// The standard limits, to be changed one by one.
    package init() {}

    /// How many bytes of the method's name a response repeats, so that its header is not too large.
    ///
    /// Only a name that no method has is longer, and nobody matches responses by it.
    var repeatedNameSize: Int { max(0, headerSize - errorSize - Self.fieldsSize) }

    /// What a header takes beside its texts, at most: the fields' names, the number and the heads.
    private static var fieldsSize: Int { 64 }

    var header: MessagePackLimits {
        var limits = MessagePackLimits.standard
        limits.size = headerSize
        return limits
    }
}
