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
    private var requestBytes = 0

    init(_ stream: any ByteStream, _ limits: NetRPCLimits) {
        self.stream = stream
        self.limits = limits
    }

    /// Counts another request, whose arguments have so many bytes, as one that is worked on.
    ///
    /// - Returns: Why it must not be, for its peer; `nil` when it may.
    func beginRequest(of size: Int) -> String? {
        guard requests < limits.concurrentRequests else {
            return "rpc: \(requests) calls are worked on already"
        }
        guard requests == 0 || requestBytes + size <= limits.requestBytes else {
            return
                "rpc: the arguments of the calls that are worked on take \(requestBytes) bytes already"
        }
        requests += 1
        requestBytes += size
        return nil
    }

    func endRequest(of size: Int) {
        requests -= 1
        requestBytes -= size
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
