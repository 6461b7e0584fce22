internal import Deadlines
package import PackerRPC
internal import Processes

/// A plugin that runs, from its handshake to its end.
///
/// ```swift
/// let plugin = try await RunningPlugin.start(launch, log: { logger.info("\($0)") })
/// let specification = try await plugin.during("ConfigSpec") {
///     try await plugin.session.provisioner.specification()
/// }
/// await plugin.close()
/// ```
/// What goes wrong with its process while it is needed is told by ``during(_:_:)``: a plugin that dies or
/// hangs fails its own calls, and nobody else's.
///
/// **Ownership.** Whoever has started it closes it. Should this process be killed before, the plugin, what
/// it has started and its folder are gone soon after it (``PluginWatcher``).
package final class RunningPlugin: Sendable {
    /// Which plugin it is.
    package let identity: PluginIdentity
    /// Calls its component.
    package let session: HostSession
    /// Its process.
    package var processID: Int32 { child.processID }

    let child: ChildProcess
    private let watcher: PluginWatcher
    private let errorOutput: PluginErrorOutput
    private let readers: [Task<Void, Never>]
    private let memoryKills: MemoryKills
    private let closing = LockedValue<Task<Void, Never>?>(nil)

    /// How long the plugin may take to end once its host says no more, before it is told to.
    private static let farewellTime = Duration.seconds(1)
    /// How long it, and what it has started, may take to end after TERM.
    static let grace = Duration.seconds(2)
    /// How long the news of a plugin's end may take to arrive after its connection is gone.
    private static let endTime = Duration.seconds(1)

    init(
        _ started: StartedProcess,
        session: HostSession,
        readers: [Task<Void, Never>]
    ) {
        identity = started.identity
        child = started.child
        watcher = started.watcher
        errorOutput = started.errorOutput
        memoryKills = started.memoryKills
        self.session = session
        self.readers = readers
    }

    /// Does something that needs the plugin.
    ///
    /// - Parameters:
    ///   - call: What it is, for the message: `Provisioner.Prepare`.
    ///   - work: The calls.
    /// - Returns: What the work returns.
    /// - Throws: What the work throws, `ComponentFailure` and `CancellationError` among it; in place of
    ///   the errors of a connection that was lost, a ``PluginFailure`` that says why.
    package func during<Value: Sendable>(
        _ call: String,
        _ work: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await work()
        } catch {
            throw await explained(error, during: call)
        }
    }

    private func explained(_ error: any Error, during call: String) async -> any Error {
        guard HostSession.isLoss(error) else { return error }
        let child = child
        _ = await succeeds(within: Self.endTime) { _ = try await child.wait() }
        guard let end = child.end else {
            if await session.isViolation(error) {
                return PluginFailure(
                    .protocolViolation,
                    of: identity,
                    "what it says (during \(call)) is against the protocol: \(error)",
                    lastLines: errorOutput.lastLines,
                    remedy: "Tell its makers, with the log that PACKER_LOG=1 writes."
                )
            }
            return PluginFailure(
                .unresponsive,
                of: identity,
                "it does not answer (during \(call)), although it runs: \(error)",
                lastLines: errorOutput.lastLines,
                remedy: "Look at what it waits for; PACKER_LOG=1 shows all that it says."
            )
        }
        return PluginFailure(
            .crashed,
            of: identity,
            "it ended during \(call)",
            end: end,
            lastLines: errorOutput.lastLines,
            remedy: memoryKills.remedy(for: end)
                ?? "Tell its makers, with the log that PACKER_LOG=1 writes."
        )
    }

    /// Ends it and all that it has started: by hanging up, then TERM, then KILL; its folder goes too.
    ///
    /// Takes four seconds at most, but for processes that the kernel does not let go and for a folder
    /// with more in it than can be removed in that time; is not cut short by cancellation. A second call waits for the first.
    package func close() async {
        let task = closing.withLock { closing in
            if let closing { return closing }
            let task = Task { await end() }
            closing = task
            return task
        }
        await task.value
    }

    private func end() async {
        let (child, session) = (child, session)
        // What is queued for a plugin that takes nothing would keep it from closing.
        let farewell = Task { await session.close() }
        _ = await succeeds(within: Self.farewellTime) { _ = try await child.wait() }
        let isGone = await child.terminateTree(grace: Self.grace)
        await farewell.value
        // What holds the pipes now is no process that could be found.
        for reader in readers { reader.cancel() }
        for reader in readers { await reader.value }
        await watcher.finish(isGone ? .gone : .left)
    }
}
