internal import ByteStreams

/// Writes the replies of one stream, one after the other, and counts the requests that are worked on.
///
/// Replies are written by a task that nobody cancels: half a reply would leave the stream out of
/// step.
actor ReplyWriter {
    private let stream: any ByteStream
    private let limits: NetRPCLimits
    private var queue: [(reply: [UInt8], sender: CheckedContinuation<Void, Never>)] = []
    private var isWriting = false
    private var isBroken = false
    /// Whether no more requests can come, so that a peer that takes no replies is not waited for.
    private var isEnding = false
    private var watchdog: Task<Void, any Error>?
    private var requests = 0
    private var reader: CheckedContinuation<Void, Never>?

    init(_ stream: any ByteStream, _ limits: NetRPCLimits) {
        self.stream = stream
        self.limits = limits
    }

    /// Waits until another request may be worked on.
    func beginRequest() async {
        requests += 1
        guard requests > limits.concurrentRequests else { return }
        await withCheckedContinuation { reader = $0 }
    }

    func endRequest() {
        requests -= 1
        reader?.resume()
        reader = nil
    }

    /// Writes a reply after those before it; returns when it is written or never can be.
    func send(_ reply: [UInt8]) async {
        guard !isBroken else { return }
        await withCheckedContinuation { sender in
            queue.append((reply, sender))
            guard !isWriting else { return }
            isWriting = true
            Task { await self.write() }
        }
    }

    /// Says that no more requests can come.
    func endRequests() {
        isEnding = true
        if isWriting { watch() }
    }

    private func write() async {
        while !queue.isEmpty {
            let (reply, sender) = queue.removeFirst()
            if isEnding { watch() }
            do {
                if !isBroken { try await stream.write(reply) }
            } catch {
                // The reading side sees the end of the stream and reports it.
                isBroken = true
                await stream.close()
            }
            watchdog?.cancel()
            watchdog = nil
            sender.resume()
        }
        isWriting = false
    }

    private func watch() {
        guard watchdog == nil else { return }
        watchdog = Task { [stream, limits] in
            try await Task.sleep(for: limits.lastReplyTime, clock: .continuous)
            await stream.close()
        }
    }
}
