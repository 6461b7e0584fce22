import CProcesses

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A child in a session and a process group of its own.
///
/// Its number is given back to the system only after the last reference to this object is gone, so
/// no signal ever reaches a stranger; the object may be dropped at any time, and the child is
/// collected all the same. Dropping it does not end the child: ``terminateTree(grace:)`` does.
package final class ChildProcess: Sendable {
    /// How a child ended.
    package enum End: Sendable, Hashable {
        /// It exited with this code, 0 to 255.
        case exited(Int32)
        /// This signal killed it.
        case signaled(Int32)
        /// Something else in this process collected it first, so nobody knows.
        case lost
    }

    /// The child's number, which is also that of its session and of its process group.
    package let processID: Int32
    /// The child's input, if it is a pipe.
    package let standardInput: PipeWriter?
    /// The child's output, if it is a pipe.
    package let standardOutput: PipeReader?
    /// The child's error output, if it is a pipe.
    package let standardError: PipeReader?

    private let mark: [UInt8]?
    private let ending: Descriptor

    init(
        processID: Int32,
        mark: [UInt8]?,
        ending: Descriptor,
        standardInput: PipeWriter?,
        standardOutput: PipeReader?,
        standardError: PipeReader?
    ) {
        self.processID = processID
        self.mark = mark
        self.ending = ending
        self.standardInput = standardInput
        self.standardOutput = standardOutput
        self.standardError = standardError
    }

    deinit {
        let processID = processID
        let ending = ending
        guard collect(processID) == nil else { return ending.close() }
        DescriptorPoller.shared.whenReady(.reading(ending)) {
            _ = collect(processID)
            ending.close()
        }
    }

    /// For waiting for the end together with something else.
    package var endReadiness: DescriptorPoller.Interest { .reading(ending) }

    /// How the child ended, or `nil` while it runs; does not wait.
    package var end: End? { ended(processID, reap: false) }

    /// Waits for the end of the child itself; its own children may live on.
    ///
    /// Any number of tasks may wait.
    ///
    /// - Throws: `CancellationError`; the child is not touched then.
    package func wait() async throws -> End {
        while true {
            if let end { return end }
            _ = try await DescriptorPoller.shared.wait(for: [endReadiness])
        }
    }

    /// Whether a process is the child, of its session, or has its mark; one that is gone is not.
    package func started(_ process: Int32) -> Bool {
        getsid(process) == processID
            || (try? mark.flatMap { try MarkedProcess.has($0, process) }) == true
    }

    /// Sends a signal to every process of the child's own process group; one that is gone is not
    /// an error.
    package func signalGroup(_ number: Int32) {
        _ = kill(-processID, number)
    }

    /// Ends the child, every process of its session, and all their descendants.
    ///
    /// TERM, up to `grace` for them to go, then KILL until none is left; KILL at once without grace.
    /// Those that have the child's ``ProcessSpecification/mark`` are among them.
    ///
    /// Works the same when the child itself has ended long ago. Returns when all have ended, or
    /// when five seconds of KILL have not been enough (a process stuck in the kernel, or no descriptor
    /// left for as long to look with); it is not cut short by cancellation.
    ///
    /// - Returns: Whether nothing is left; `false` too where nobody can tell.
    @discardableResult
    package func terminateTree(grace: Duration) async -> Bool {
        let (session, ending, mark) = (processID, ending, mark)
        let hasEnded = end != nil
        return await Task {
            var tree = ProcessTree(
                session: session,
                ending: ending,
                mark: mark,
                hasLeaderEnded: hasEnded
            )
            return await tree.terminate(grace: grace)
        }.value
    }
}

private func collect(_ processID: Int32) -> ChildProcess.End? {
    ended(processID, reap: true)
}

private func ended(_ processID: Int32, reap: Bool) -> ChildProcess.End? {
    var end = cprocesses_end()
    let result = unsafe cprocesses_ended(processID, reap ? 1 : 0, &end)
    if result == 0 { return nil }
    guard result > 0 else { return .lost }
    return Int(end.kind) == cprocesses_end_exited
        ? .exited(end.value) : .signaled(end.value)
}
