import Processes

/// A command on this machine while it runs.
actor LocalCommandSession: CommandSession {
    /// What is still taken, after the grace, of output that never falls quiet.
    private static let lateLimit = 1 << 20
    /// How long output must be quiet to be taken as complete, after the grace.
    private static let quiet = Duration.milliseconds(100)

    private let child: ChildProcess
    private let outputGrace: Duration
    private let terminationGrace: Duration
    private var graceEnd: ContinuousClock.Instant?
    private var lateCount = 0
    /// Whether the outputs were given up while something held them open.
    private var isAbandoned = false
    private var output: PipeReader?
    private var error: PipeReader?
    /// Which of the two is looked at first; they take turns, so that neither starves the other.
    private var isErrorNext = false

    init(_ child: ChildProcess, outputGrace: Duration, terminationGrace: Duration) {
        self.child = child
        self.outputGrace = outputGrace
        self.terminationGrace = terminationGrace
        self.output = child.standardOutput
        self.error = child.standardError
    }

    func nextOutput() async throws -> RemoteCmd.OutputChunk? {
        while true {
            try Task.checkCancellation()
            if let chunk = try takeAvailable() { return chunk }
            guard output != nil || error != nil else { return nil }
            guard try await waitForMore() else {
                abandonOutputs()
                return nil
            }
        }
    }

    func writeInput(_ bytes: [UInt8]) async throws {
        do {
            try await child.standardInput?.write(bytes)
        } catch is PipeError {
            // The command does not read any more; how it went is for its status to say.
        }
    }

    func finishInput() {
        child.standardInput?.close()
    }

    func waitForExit() async throws -> RemoteCmd.End {
        let end = try await child.wait()
        close()
        switch end {
        case .exited(let code):
            return RemoteCmd.End(.exited(code), leavesOutputOpen: isAbandoned)
        case .signaled(let number):
            return RemoteCmd.End(.signaled(signalName(number)), leavesOutputOpen: isAbandoned)
        case .lost:
            return RemoteCmd.End(
                .disconnected,
                detail: "another part of this process collected the command's status"
            )
        }
    }

    func terminate() async {
        await child.terminateTree(grace: terminationGrace)
        close()
    }

    private func takeAvailable() throws -> RemoteCmd.OutputChunk? {
        for isError in [isErrorNext, !isErrorNext] {
            guard let reader = isError ? error : output else { continue }
            switch try reader.readAvailable() {
            case .nothing: continue
            case .end:
                if isError { error = nil } else { output = nil }
            case .bytes(let bytes):
                isErrorNext = !isError
                guard countLate(bytes.count) else { return nil }
                return isError ? .standardError(bytes) : .standardOutput(bytes)
            }
        }
        return nil
    }

    private func countLate(_ count: Int) -> Bool {
        guard let graceEnd, graceEnd < .now else { return true }
        lateCount += count
        if lateCount > Self.lateLimit { abandonOutputs() }
        return lateCount <= Self.lateLimit
    }

    /// Waits for output or for the end of the command; false when the output is complete.
    private func waitForMore() async throws -> Bool {
        if graceEnd == nil && child.end != nil {
            // What it wrote before its end is in the pipe by now: it is looked at once more first.
            graceEnd = .now + outputGrace
            return true
        }
        var interests = [output, error].compactMap { $0?.readability }
        if graceEnd == nil { interests.append(child.endReadiness) }
        let isLate = graceEnd.map { $0 <= .now } ?? false
        let outcome = try await DescriptorPoller.shared.wait(
            for: interests,
            until: isLate ? .now + Self.quiet : graceEnd
        )
        return outcome == .ready || !isLate
    }

    private func abandonOutputs() {
        isAbandoned = true
        closeOutputs()
    }

    private func closeOutputs() {
        output = nil
        error = nil
        child.standardOutput?.close()
        child.standardError?.close()
    }

    private func close() {
        closeOutputs()
        child.standardInput?.close()
    }
}
