internal import ByteStreams
internal import Deadlines
internal import PackerRPC
internal import Processes

/// A plugin's process with what was set up around it, before it is known to be one.
struct StartedProcess: Sendable {
    let identity: PluginIdentity
    let child: ChildProcess
    let watcher: PluginWatcher
    let errorOutput: PluginErrorOutput
    let memoryKills: MemoryKills
    let errorReader: Task<Void, Never>
}

extension RunningPlugin {
    /// How long a plugin may be silent, about: it is asked for a sign of life, and has as long again to
    /// give it.
    static let silence = Duration.seconds(10)

    /// Starts a plugin and begins to talk with it.
    ///
    /// It gets a session of its own, no descriptor but its three, no input, a folder of its own as
    /// `TMPDIR`, and Packer's cookie. Where it listens must be there, and its own.
    ///
    /// - Parameters:
    ///   - launch: What is started.
    ///   - log: Takes each line of its error output; must be quick.
    ///   - warn: Takes what the user should know of what is left; `nil` to log it.
    /// - Returns: The plugin, to be closed by the caller.
    /// - Throws: ``PluginFailure``, nothing being left of the plugin; `CancellationError`.
    package static func start(
        _ launch: PluginLaunch,
        log: @escaping @Sendable (String) -> Void,
        warn: (@Sendable (String) async -> Void)? = nil
    ) async throws -> RunningPlugin {
        let started = try await spawn(launch, log: log, warn: warn ?? { log($0) })
        do {
            return try await connect(started, launch)
        } catch {
            // As it ended by itself, not as it is ended now.
            let end = await started.end(after: error)
            await started.giveUp()
            if error is CancellationError { throw error }
            throw PluginFailure(of: started, error, end: end)
        }
    }

    private static func spawn(
        _ launch: PluginLaunch,
        log: @escaping @Sendable (String) -> Void,
        warn: @escaping @Sendable (String) async -> Void
    ) async throws -> StartedProcess {
        let watcher: PluginWatcher
        do {
            watcher = try await .start(warn: warn)
        } catch {
            if error is CancellationError { throw error }
            throw failure(to: launch, "\(error)")
        }
        var specification = launch.program
        let mark = Array("TMPDIR=\(watcher.folder.path)".utf8)
        specification.environment = PluginCookie.entries(launch.environment, adding: mark)
        specification.mark = mark
        specification.limits = launch.limits
        specification.standardInput = .null
        let memoryKills = MemoryKills()
        do {
            let child = try await ChildProcess.spawn(specification)
            await watcher.watch(child)
            let errorOutput = PluginErrorOutput(log: log)
            return StartedProcess(
                identity: launch.identity,
                child: child,
                watcher: watcher,
                errorOutput: errorOutput,
                memoryKills: memoryKills,
                errorReader: Task { await errorOutput.read(child.standardError) }
            )
        } catch {
            await watcher.finish(.none)
            if error is CancellationError { throw error }
            throw failure(to: launch, "\(error)")
        }
    }

    private static func connect(
        _ started: StartedProcess,
        _ launch: PluginLaunch
    ) async throws -> RunningPlugin {
        let child = started.child
        let line = try await HandshakeReader(child: child).line(within: launch.handshakeTime)
        let handshake = try HandshakeLine(decoding: line)
        let connection = PluginConnection(
            child: child,
            folder: started.watcher.folder,
            allowsTCP: launch.allowsTCP
        )
        let stream = try await connection.connect(to: handshake.address)
        let session = try await HostSession(
            over: stream,
            keepAliveInterval: silence,
            trace: launch.trace
        )
        // Nobody wants what it prints now, and it must not wait for that.
        let drain = Task {
            while (try? await child.standardOutput?.read()) != nil {}
        }
        return RunningPlugin(started, session: session, readers: [started.errorReader, drain])
    }

    private static func failure(to launch: PluginLaunch, _ reason: String) -> PluginFailure {
        PluginFailure(
            .start,
            of: launch.identity,
            "it cannot be started: \(reason)",
            remedy: "See that the file can be run on this machine."
        )
    }
}

extension StartedProcess {
    /// How the process has ended by itself; waits a moment where its output says that it is about to.
    func end(after error: any Error) async -> ChildProcess.End? {
        guard !(error is CancellationError) else { return nil }
        guard case HandshakeReader.Failure.late? = error as? HandshakeReader.Failure else {
            let child = child
            _ = await succeeds(within: .seconds(1)) { _ = try await child.wait() }
            return child.end
        }
        return nil
    }

    /// Ends all that there is; nothing of it has begun any work.
    func giveUp() async {
        let isGone = await child.terminateTree(grace: .zero)
        errorReader.cancel()
        await errorReader.value
        await watcher.finish(isGone ? .gone : .left)
    }
}
