internal import CLibSSH2
internal import Communicator
internal import Logging

/// One SSH connection: libssh2 without I/O, driven by the arrival of bytes.
///
/// No call into libssh2 ever blocks, so a plain actor is enough. A call that says "again" becomes a
/// ``SessionOperation``; each arrival of bytes is one turn of this actor, ``settle()``, which serves
/// the channels and retries the operations until libssh2 consumes nothing new. Nobody can miss a
/// wake-up: there is one place where progress is made, and every entry ends in it.
///
/// What the peer has sent is never thrown away when the transport ends: libssh2 is told "again", not
/// "end", so that output and exit statuses that arrived whole can still be read.
actor SSHConnection {
    /// How many bytes may wait for the transport before no new channel data is encrypted.
    static let sendHighWater = 1_048_576
    /// How much may lie unread before the peer counts as hostile: every window and then some.
    static let unreadLimit = 64 * 1_048_576
    /// The window of each channel: how far the peer may run ahead of a reader.
    static let window: UInt32 = 2_097_152
    /// The largest packet that libssh2 1.10 takes.
    static let packet: UInt32 = 32_768
    /// The longest command, as it is sent: libssh2's packets have less than 34,744 bytes.
    static let longestRequest = 34_725
    /// How long a server may take to answer a request that needs no thought.
    static let answerLimit: Duration = .seconds(30)

    let target: String
    let notes: SSHNotes
    let session: LibSSH2Session
    var operations: [SessionOperation] = []
    var channels: [Int: SSHChannelState] = [:]
    var nextChannel = 0
    /// How many channels have been closed so far.
    var closedChannels: UInt64 = 0
    /// Wait for a channel to be closed.
    var roomWaiters: [CheckedContinuation<Void, Never>] = []
    /// Wait for the end of the connection.
    var endWaiters: [CheckedContinuation<Void, Never>] = []
    /// Why the connection is over; `nil` while it is not.
    var failure: CommunicatorError?
    /// Whether libssh2 found a packet damaged or out of order: it would read on behind it, but what
    /// it then says has a hole.
    var isSpoiled = false
    var isAuthenticated = false
    /// Makes a signature for the login, and may wait for an agent's user.
    var signing: Task<Void, Never>?

    // Transport
    var carrier: Task<Void, Never>?
    var sender: CheckedContinuation<[UInt8]?, Never>?
    var inFlight = 0
    var isStalled = false
    var received: UInt64 = 0
    var peer: PeerWatch
    /// A channel that both sides have closed: reading it takes what has arrived off the transport
    /// while nobody reads another.
    var ear: ChannelHandle?
    var readBuffer = [UInt8](repeating: 0, count: 131_072)

    /// A connection without a transport yet.
    ///
    /// - Throws: ``CommunicatorError`` when there is no memory for a session.
    init(
        target: String,
        notes: SSHNotes,
        watch rule: PeerWatch.Rule = PeerWatch.Rule(interval: .seconds(5))
    ) throws {
        self.target = target
        self.notes = notes
        peer = PeerWatch(rule, now: .now)
        do {
            session = try LibSSH2Session()
        } catch {
            throw error.error(.connectionFailed, "connecting to", target)
        }
    }

    // MARK: Progress

    /// Makes all the progress that the bytes at hand allow; the only place that makes any.
    func settle() {
        var mark: UInt64
        repeat {
            mark = session.wire.consumed
            for channel in channels.values { serve(channel) }
            retryOperations()
            if isUnattended { listen() }
            if session.hasDroppedOutput { endForDroppedOutput() }
        } while session.wire.consumed != mark
        handOver()
    }

    /// Whether nothing that is under way takes what arrives off the transport.
    private var isUnattended: Bool {
        ear != nil && operations.isEmpty && channels.values.allSatisfy { $0.reader == nil }
    }

    private func retryOperations() {
        var busy: Set<SessionOperation.Gate> = []
        var index = 0
        while index < operations.count {
            let operation = operations[index]
            if busy.contains(operation.gate) {
                index += 1
            } else if operation.retry() {
                operations.removeAll { $0 === operation }
            } else {
                busy.insert(operation.gate)
                index += 1
            }
        }
    }

    /// Ends the connection for everybody who waits on it; what has arrived stays readable.
    func breakDown(_ error: CommunicatorError) {
        guard failure == nil else { return }
        failure = error
        notes.log.debug("the connection ended", metadata: ["cause": "\(error.detail)"])
        for channel in channels.values {
            serve(channel)
            channel.resumeWriters(throwing: error)
        }
        let waiting = operations
        operations = []
        for operation in waiting { operation.fail(error) }
        for channel in channels.values { serve(channel) }
        tellRoomWaiters()
        tellEndWaiters()
        sender?.resume(returning: nil)
        sender = nil
        carrier?.cancel()
        signing?.cancel()
    }

    // MARK: Channels

    private func serve(_ channel: SSHChannelState) {
        // Whoever closes a channel frees its handle.
        guard !channel.isClosing else { return }
        if failure == nil { push(channel) }
        if channel.reader != nil { deliver(channel) }
    }

    private func push(_ channel: SSHChannelState) {
        while let first = channel.outgoing.first {
            isStalled = session.wire.outgoing.count + inFlight > Self.sendHighWater
            guard !isStalled else { return }
            let written = channel.handle.write(first)
            if written > 0 {
                channel.outgoingCount -= written
                let rest = first.dropFirst(written)
                if rest.isEmpty {
                    channel.outgoing.removeFirst()
                } else {
                    channel.outgoing[0] = rest
                }
            } else if written == 0 || written == Int(LIBSSH2_ERROR_EAGAIN) {
                // A closed channel's window never opens again; the bytes are swallowed.
                guard channel.handle.isClosedByPeer else { break }
                channel.dropOutgoing()
            } else {
                // The command closed its input or ended; its status will say how it went.
                let failure = session.lastFailure()
                channel.dropOutgoing()
                endIfFatal(failure)
            }
        }
        if channel.outgoingCount < SSHChannelState.outgoingLimit / 2 {
            channel.resumeWriters()
        }
        if channel.wantsEOF, !channel.hasSentEOF, channel.outgoing.isEmpty {
            channel.hasSentEOF = channel.handle.sendEOF() != LIBSSH2_ERROR_EAGAIN
        }
    }

    /// Gives the waiting reader the next output, its end, or nothing yet.
    private func deliver(_ channel: SSHChannelState) {
        guard !isSpoiled else { return resume(channel, nil) }
        let streams: [ChannelHandle.Stream] =
            channel.prefersStandardError
            ? [.standardError, .standardOutput] : [.standardOutput, .standardError]
        for stream in streams {
            let count = channel.handle.read(stream, into: &readBuffer)
            if count > 0 {
                let bytes = Array(readBuffer[..<count])
                channel.prefersStandardError = stream == .standardOutput
                channel.lastOutput = .now
                resume(
                    channel,
                    stream == .standardOutput ? .standardOutput(bytes) : .standardError(bytes)
                )
                return
            }
            if count < 0, count != Int(LIBSSH2_ERROR_EAGAIN) {
                endIfFatal(session.lastFailure())
                // The breakdown has served every reader already.
                guard channel.reader != nil else { return }
                guard !isSpoiled else { break }
            }
        }
        if channel.handle.isAtEnd { channel.hasOutputEnded = true }
        if channel.hasOutputEnded || channel.isAbandoned || failure != nil { resume(channel, nil) }
    }

    private func resume(_ channel: SSHChannelState, _ chunk: RemoteCmd.OutputChunk?) {
        let reader = channel.reader
        channel.reader = nil
        reader?.resume(returning: chunk)
    }

    func endIfFatal(_ failure: LibSSH2Failure) {
        guard failure.isFatal else { return }
        isSpoiled = isSpoiled || failure.isDamage
        breakDown(failure.error(.disconnected, "talking to", target))
    }

    // MARK: Operations

    /// Makes a libssh2 call until it ends.
    ///
    /// When the task is cancelled the caller goes on at once; the call itself is finished in the
    /// background, because libssh2 cannot leave it, and its value is given to `discard`.
    func perform<Value: Sendable>(
        _ name: String,
        gate: SessionOperation.Gate,
        within limit: Duration?,
        discard: @escaping (Value) -> Void = { _ in },
        _ body: @escaping () -> SessionOperation.Attempt<Value>
    ) async throws -> Value {
        try Task.checkCancellation()
        if let failure { throw failure }
        let waiter = OperationWaiter<Value>()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard waiter.start(continuation) else { return }
                operations.append(
                    SessionOperation(
                        gate: gate,
                        name: name,
                        limit: limit,
                        attempt: {
                            switch body() {
                            case .again: return false
                            case .failed(let error): waiter.end(.failure(error))
                            case .done(let value):
                                if !waiter.end(.success(value)) { discard(value) }
                            }
                            return true
                        },
                        fail: { waiter.end(.failure($0)) }
                    )
                )
                settle()
            }
        } onCancel: {
            waiter.end(.failure(CancellationError()))
        }
    }

    /// What a libssh2 return code came to, for ``perform(_:gate:within:discard:_:)``.
    func outcome(
        _ code: Int32,
        _ kind: CommunicatorError.Code,
        _ operation: String
    ) -> SessionOperation.Attempt<Void> {
        if code == LIBSSH2_ERROR_EAGAIN { return .again }
        if code >= 0 { return .done(()) }
        return .failed(failed(kind, operation, code))
    }

    /// The last failure of libssh2 as an error; ends the connection when it is of that kind.
    ///
    /// `code` is what the call returned: libssh2 does not keep all of its failures.
    func failed(
        _ kind: CommunicatorError.Code,
        _ operation: String,
        _ code: Int32? = nil
    ) -> CommunicatorError {
        let failure = session.lastFailure(code)
        let error = failure.error(kind, operation, target)
        if failure.isFatal {
            isSpoiled = isSpoiled || failure.isDamage
            // Not from within the walk over the operations.
            Task { self.breakDown(error) }
        }
        return error
    }
}
