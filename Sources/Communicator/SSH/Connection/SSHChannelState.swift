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
    /// Which read ``reader`` waits for, so that a late cancellation ends no other.
    var readerNumber = 0
    /// Wait for room in ``outgoing``.
    var writers: [Int: CheckedContinuation<Void, any Error>] = [:]
    var writerNumber = 0
    /// Which stream is asked first, so that neither starves.
    var prefersStandardError = false
    /// Whether somebody closes the channel already; its handle must not be used by others then.
    var isClosing = false
    /// When something was last read.
    var lastOutput = ContinuousClock.now
    /// When the end of the command was first seen while its output was open.
    var endSeen: ContinuousClock.Instant?
    /// Whether all output was read up to its end.
    var hasOutputEnded = false
    /// How long an ended command's output may stay open and quiet; `nil` for ever.
    var outputGrace: Duration?
    /// Whether the output was given up because the grace passed.
    var isAbandoned = false

    init(id: Int, handle: ChannelHandle) {
        self.id = id
        self.handle = handle
    }

    func dropOutgoing() {
        outgoing = []
        outgoingCount = 0
    }

    func resumeWriters() {
        let waiting = writers
        writers = [:]
        for writer in waiting.values { writer.resume() }
    }

    func resumeWriters(throwing error: any Error) {
        let waiting = writers
        writers = [:]
        for writer in waiting.values { writer.resume(throwing: error) }
    }
}
