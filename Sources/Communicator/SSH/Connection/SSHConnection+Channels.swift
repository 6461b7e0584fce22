internal import CLibSSH2
internal import Communicator
internal import Logging

extension SSHConnection {
    /// Opens a channel and starts a command or a subsystem on it.
    ///
    /// - Parameters:
    ///   - request: What to start.
    ///   - outputGrace: How long an ended command's output may stay open and quiet.
    ///   - isShielded: Whether a request that was sent is waited for in spite of a cancellation: who
    ///     leaves before the answer cannot know, or end, what it started.
    /// - Returns: The channel's number, to be given to ``closeChannel(_:)`` in the end.
    /// - Throws: ``ChannelNotOpened``; ``CommunicatorError`` when the request was denied.
    func openChannel(
        _ request: ChannelRequest,
        outputGrace: Duration? = nil,
        isShielded: Bool = false
    ) async throws -> Int {
        try checkLength(of: request)
        let id = try await openSession(outputGrace: outputGrace)
        do {
            if isShielded {
                try Task.checkCancellation()
                try await Task { try await self.begin(request, on: id) }.value
            } else {
                try await begin(request, on: id)
            }
        } catch {
            Task { await self.closeChannel(id) }
            throw error
        }
        return id
    }

    /// libssh2 sends nothing longer, and has no words for that.
    private func checkLength(of request: ChannelRequest) throws {
        let (_, argument, code, operation) = request.parts
        guard argument.count > Self.longestRequest else { return }
        throw CommunicatorError(
            code,
            operation: operation,
            target: target,
            detail: "it has \(argument.count) bytes with all its quotes, and libssh2 sends at most "
                + "\(Self.longestRequest)",
            remedy: "Upload it as a script and run that; long values belong in a file too "
                + "(use_env_var_file)."
        )
    }

    /// - Throws: ``ChannelNotOpened``; nothing has been started on the far side then.
    private func openSession(outputGrace: Duration?) async throws -> Int {
        do {
            return try await openHandle(outputGrace: outputGrace)
        } catch let error as CommunicatorError {
            throw ChannelNotOpened(cause: error)
        }
    }

    private func openHandle(outputGrace: Duration?) async throws -> Int {
        try await perform(
            "opening a channel on",
            gate: .session,
            within: Self.answerLimit,
            discard: { abandoned in Task { await self.closeChannel(abandoned) } }
        ) {
            guard
                let handle = self.session.openChannel(window: Self.window, packet: Self.packet)
            else {
                let failure = self.session.lastFailure()
                if failure.isAgain { return .again }
                return .failed(self.failed(.channelRefused, "opening a channel on"))
            }
            self.nextChannel += 1
            let channel = SSHChannelState(id: self.nextChannel, handle: handle)
            channel.outputGrace = outputGrace
            self.channels[channel.id] = channel
            return .done(channel.id)
        }
    }

    private func begin(_ request: ChannelRequest, on id: Int) async throws {
        guard let handle = channels[id]?.handle else { return }
        let (kind, argument, code, operation) = request.parts
        try await perform(operation, gate: .channel(id), within: Self.answerLimit) {
            self.outcome(handle.start(kind, argument), code, operation)
        }
    }

    // MARK: Bytes

    /// The next output of a channel; `nil` when there is and will be no more.
    func nextOutput(_ id: Int) async throws -> RemoteCmd.OutputChunk? {
        guard let channel = open(id) else { return nil }
        try Task.checkCancellation()
        precondition(channel.reader == nil, "one task reads a channel at a time")
        channel.readerNumber += 1
        let number = channel.readerNumber
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                channel.reader = continuation
                settle()
            }
        } onCancel: {
            Task { await self.cancelReader(id, number) }
        }
    }

    /// A channel that nobody closes yet.
    private func open(_ id: Int) -> SSHChannelState? {
        channels[id].flatMap { $0.isClosing ? nil : $0 }
    }

    private func cancelReader(_ id: Int, _ number: Int) {
        guard let channel = channels[id], channel.readerNumber == number else { return }
        channel.reader?.resume(throwing: CancellationError())
        channel.reader = nil
    }

    /// Queues bytes for a channel; returns when it can take more.
    func write(_ id: Int, _ bytes: [UInt8]) async throws {
        guard let channel = open(id), !bytes.isEmpty else { return }
        if let failure { throw failure }
        try Task.checkCancellation()
        channel.outgoing.append(bytes[...])
        channel.outgoingCount += bytes.count
        settle()
        guard channel.outgoingCount > SSHChannelState.outgoingLimit, failure == nil else { return }
        channel.writerNumber += 1
        let number = channel.writerNumber
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { channel.writers[number] = $0 }
        } onCancel: {
            Task { await self.cancelWriter(id, number) }
        }
    }

    private func cancelWriter(_ id: Int, _ number: Int) {
        channels[id]?.writers.removeValue(forKey: number)?.resume(throwing: CancellationError())
    }

    /// Says end-of-file to the peer once all that was written has left.
    func finishWriting(_ id: Int) {
        open(id)?.wantsEOF = true
        settle()
    }

    // MARK: End

    /// Waits until the peer has closed a channel that has ended, and says what was seen.
    ///
    /// Never throws for a lost connection: the evidence that arrived before counts.
    func waitForEnd(_ id: Int) async throws -> ChannelEnd {
        guard let channel = open(id) else { return .unseen("the channel is gone") }
        if failure == nil, !channel.isAbandoned {
            do {
                try await perform("waiting for", gate: .channel(id), within: nil) {
                    let code = channel.handle.waitClosed()
                    // Who has told the end need not close the channel ever.
                    if code == LIBSSH2_ERROR_EAGAIN, let grace = channel.outputGrace,
                        self.hasOutlived(grace, channel, .now)
                    {
                        return .done(())
                    }
                    return self.outcome(code, .disconnected, "waiting for")
                }
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                notes.log.debug("no orderly end", metadata: ["cause": "\(error)"])
            }
        }
        // Somebody may have freed the handle while this waited.
        guard !channel.isClosing else { return .unseen("the channel was closed on this side") }
        guard !isSpoiled else { return .unseen(failure?.detail ?? "damaged packets") }
        return ChannelEnd(
            evidence: channel.handle.evidence(),
            isOutputWhole: channel.hasOutputEnded || channel.isAbandoned,
            isAbandoned: channel.isAbandoned && !channel.hasOutputEnded,
            cause: failure?.detail
        )
    }

    /// Closes and frees a channel; its number means nothing afterwards.
    ///
    /// Runs to its end even when the calling task is cancelled.
    func closeChannel(_ id: Int) async {
        guard let channel = channels[id], !channel.isClosing else { return }
        channel.isClosing = true
        channel.hasSentEOF = true
        channel.dropOutgoing()
        cancelReader(id, channel.readerNumber)
        channel.resumeWriters(throwing: CancellationError())
        // Freeing a channel ends whatever was begun on it.
        let begun = operations.filter { $0.gate == .channel(id) }
        operations.removeAll { $0.gate == .channel(id) }
        for operation in begun { operation.fail(CancellationError()) }
        await Task { await self.dispose(of: channel) }.value
        channels[id] = nil
        closedChannels += 1
        tellRoomWaiters()
    }

    /// The first channel that has ended becomes the ``ear``; others are freed.
    private func dispose(of channel: SSHChannelState) async {
        guard ear == nil, channel.handle.canListen(window: Self.window) else {
            return await free(channel)
        }
        // After a failure the session frees what is left of its channels.
        guard failure == nil else { return }
        let closed: Void? = try? await perform(
            "closing a channel of",
            gate: .channel(channel.id),
            within: .seconds(10)
        ) {
            channel.handle.close() == LIBSSH2_ERROR_EAGAIN ? .again : .done(())
        }
        guard closed != nil else { return }
        if ear == nil { ear = channel.handle } else { await free(channel) }
    }

    /// Suspends until a channel has been closed since so many were, or the connection is over; false
    /// at once when no channel is open but those given.
    func waitForClosedChannel(since count: UInt64, beside held: Set<Int>) async throws -> Bool {
        guard failure == nil, closedChannels == count else { return true }
        guard !held.isSuperset(of: channels.keys) else { return false }
        await withTaskCancellationHandler {
            await withCheckedContinuation { roomWaiters.append($0) }
        } onCancel: {
            Task { await self.tellRoomWaiters() }
        }
        try Task.checkCancellation()
        return true
    }

    func tellRoomWaiters() {
        let waiting = roomWaiters
        roomWaiters = []
        for waiter in waiting { waiter.resume() }
    }

    private func free(_ channel: SSHChannelState) async {
        let handle = channel.handle
        // After a failure the session frees what is left of its channels.
        guard failure == nil else { return }
        try? await perform(
            "closing a channel of",
            gate: .channel(channel.id),
            within: .seconds(10)
        ) {
            handle.free() == LIBSSH2_ERROR_EAGAIN ? .again : .done(())
        }
    }
}

/// What to start on a channel.
enum ChannelRequest: Sendable {
    case exec([UInt8])
    case subsystem(String)

    var parts: (kind: String, argument: [UInt8], code: CommunicatorError.Code, operation: String) {
        switch self {
        case .exec(let text): ("exec", text, .commandNotStarted, "starting a command on")
        case .subsystem(let name):
            ("subsystem", Array(name.utf8), .channelRefused, "starting the \(name) subsystem on")
        }
    }
}

/// What was seen of a channel's end.
struct ChannelEnd: Sendable {
    var evidence: ExitEvidence
    /// Whether all output was read; false when the connection ended in the middle of it.
    var isOutputWhole: Bool
    /// Whether the output was given up because something held it open after the end.
    var isAbandoned = false
    /// Why the connection is over, when it is.
    var cause: String?

    static func unseen(_ cause: String) -> ChannelEnd {
        ChannelEnd(
            evidence: ExitEvidence(status: 0, signal: nil, hasStatus: false),
            isOutputWhole: false,
            cause: cause
        )
    }
}

/// A channel could not be opened, so nothing can have been started on it; safe to try again.
struct ChannelNotOpened: Error {
    let cause: CommunicatorError
}
