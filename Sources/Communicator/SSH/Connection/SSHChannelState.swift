internal import Communicator

/// One channel as its ``SSHConnection`` keeps it; never leaves the actor.
final class SSHChannelState {
    /// How many bytes a writer may have queued before it waits.
    static let outgoingLimit = 1_048_576

    let id: Int
    let handle: ChannelHandle
    /// Bytes that wait for the peer's window.
    var outgoing: [ArraySlice<UInt8>] = []
    var outgoingCount = 0
    var wantsEOF = false
    var hasSentEOF = false
    /// Waits for the next output; at most one.
    var reader: CheckedContinuation<RemoteCmd.OutputChunk?, any Error>?
    /// Waits for room in ``outgoing``; at most one.
    var writer: CheckedContinuation<Void, any Error>?
    /// Why the channel is of no use any more.
    var failure: (any Error)?
    /// Which stream is asked first, so that neither starves.
    var prefersStandardError = false
    /// Whether somebody closes the channel already.
    var isClosing = false
    /// Whether what arrives is read only by those who ask; else it is an output to end on quiet.
    var lastOutput = ContinuousClock.now
    /// How long an ended command's output may stay open and quiet; `nil` for ever.
    var outputGrace: Duration?
    /// Whether the output was given up because the grace passed.
    var isAbandoned = false

    init(id: Int, handle: ChannelHandle) {
        self.id = id
        self.handle = handle
    }
}
